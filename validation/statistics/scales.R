# Cases of scale scores, reliability, items, factor omega and norms, from R's psych and lavaan.
#
# Run: Rscript validation/statistics/scales.R
# Writes src/consilience/validation/cases/scales/. All data are made here by simulation.
suppressWarnings(suppressMessages({library(jsonlite); library(psych); library(lavaan); library(multilevel)}))
OUT <- file.path("src", "consilience", "validation", "cases", "scales")
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
CASES <- list(); DATASETS <- list()
OURS <- "CC0 (made here by simulation)"

save_data <- function(name, df, source) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
                            licence = OURS, source = source)
}
add <- function(id, data, statistic, expected, call, packages, args = NULL, tolerance = 1e-8, note = NULL) {
  versions <- sapply(packages, function(p) if (p %in% c("base", "hand")) p else paste(p, packageVersion(p)))
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args,
    expected = expected, tolerance = tolerance, r_call = call, r_package = unname(versions), note = note)
}
N <- function(x) lapply(as.list(x), as.numeric)
turned <- function(d, items, both) {
  name <- sub("^-", "", items); x <- d[, name]; negative <- grepl("^-", items)
  x[, negative] <- both - x[, negative]; x
}
quiet <- function(x) suppressWarnings(suppressMessages(x))

# --- an invented climate instrument: 50 schools, 7 scales, 41 items from 1 to 5 -------------
set.seed(20180901)
counts <- c(purpose = 6, together = 5, voice = 6, clarity = 5, strain = 7, growth = 5, backing = 7)
sizes <- sample(3:9, 50, TRUE); school <- rep(sprintf("S%02d", 1:50), sizes)
of_school <- matrix(rnorm(50 * 7, 0, .45), 50)[rep(1:50, sizes), ]
person <- matrix(rnorm(length(school) * 7, 0, .7), ncol = 7) + .4 * rnorm(length(school))
keys <- list(); climate <- data.frame(school = school)
for (s in seq_along(counts)) {
  k <- counts[s]; load <- seq(.6, 1.1, length.out = k); negative <- seq_len(k) %% 4 == 0
  for (i in seq_len(k)) {
    x <- pmin(5, pmax(1, round(3.3 + load[i] * (of_school[, s] + person[, s]) + rnorm(length(school), 0, .8))))
    climate[[paste0(names(counts)[s], i)]] <- if (negative[i]) 6 - x else x
  }
  keys[[names(counts)[s]]] <- paste0(ifelse(negative, "-", ""), names(counts)[s], seq_len(k))
}
holes <- matrix(runif(nrow(climate) * (ncol(climate) - 1)) < .04, nrow(climate))
for (row in c(5, 60, 200)) holes[row, sample(ncol(holes), 25)] <- TRUE
holes[111, ] <- TRUE
for (j in seq_len(ncol(holes))) climate[holes[, j], j + 1] <- NA
save_data("climate", climate, "invented: staff of 50 schools, 7 scales of 5 to 7 items, answers 1 to 5, item non-response")

score80 <- sapply(keys, function(items) {
  x <- turned(climate, items, 6)
  ifelse(rowMeans(!is.na(x)) >= .8 - 1e-12, rowMeans(x, na.rm = TRUE), NA)
})
raw <- quiet(scoreItems(keys, climate[, -1], impute = "none", min = 1, max = 5))
add("climate_scores", "climate", "scale_scores",
  list(first20 = as.data.frame(score80[1:20, ]), means = N(colMeans(score80, na.rm = TRUE)),
       sds = N(apply(score80, 2, sd, na.rm = TRUE)), n = N(colSums(!is.na(score80))),
       alpha = N(raw$alpha[1, ]), scale_cor = as.data.frame(raw$cor), corrected = as.data.frame(raw$corrected)),
  "rowMeans of keyed items (6 - x) where at least 80 % are answered; alpha, cor, corrected: psych::scoreItems(keys, d[, -1], impute='none', min=1, max=5)",
  c("hand", "psych"), args = list(keys = keys, min = 1, max = 5, missing_rule = "80 %"))
for (how in c("none", "mean", "median")) {
  s <- quiet(scoreItems(keys[1:3], climate[, -1], impute = how, min = 1, max = 5))
  add(paste0("climate_impute_", how), "climate", "scale_scores",
    list(first20 = as.data.frame(s$scores[c(1:20), ]), means = N(colMeans(s$scores, na.rm = TRUE)),
         alpha = N(s$alpha[1, ]), av.r = N(s$av.r[1, ]), cor = as.data.frame(s$cor), item.cor = as.data.frame(s$item.cor)),
    sprintf("psych::scoreItems(keys, d, impute='%s', min=1, max=5)", how), "psych",
    args = list(keys = keys[1:3], min = 1, max = 5, impute = how))
}
s <- quiet(scoreItems(keys[4:5], climate[, -1], impute = "median", totals = TRUE, min = 1, max = 5))
add("climate_totals", "climate", "scale_scores",
  list(first10 = as.data.frame(s$scores[1:10, ]), means = N(colMeans(s$scores)), sds = N(apply(s$scores, 2, sd))),
  "psych::scoreItems(keys, d, impute='median', totals=TRUE, min=1, max=5)", "psych",
  args = list(keys = keys[4:5], min = 1, max = 5, impute = "median", totals = TRUE))

norms <- list(); for (s in names(keys)) norms[[s]] <- list(mean = 3.1 + .05 * match(s, names(keys)), sd = .3 + .02 * match(s, names(keys)))
unit <- aggregate(as.data.frame(score80), list(school = climate$school), mean, na.rm = TRUE)
t_of <- function(x) as.data.frame(lapply(setNames(names(keys), names(keys)), function(s) 50 + 10 * (x[[s]] - norms[[s]]$mean) / norms[[s]]$sd))
add("climate_t_persons", "climate", "t_scores",
  list(first20 = t_of(as.data.frame(score80))[1:20, ], t_means = N(colMeans(t_of(as.data.frame(score80)), na.rm = TRUE))),
  "50 + 10 * (score - norm mean) / norm sd, of person scores where at least 80 % of items are answered", "hand",
  args = list(keys = keys, min = 1, max = 5, missing_rule = .8, norms = norms))
add("climate_t_schools", "climate", "t_scores",
  list(t_scores = cbind(school = unit$school, t_of(unit)),
       percentile = as.data.frame(lapply(t_of(unit), function(t) 100 * pnorm((t - 50) / 10)))),
  "50 + 10 * (school mean of scores - norm mean) / norm sd; pnorm", "hand",
  args = list(keys = keys, min = 1, max = 5, missing_rule = .8, norms = norms, group = "school"))

# The scores and keyed items of schools: how far schools differ, and how far their people agree.
agree <- lapply(setNames(names(keys), names(keys)), function(s) {
  own <- !is.na(score80[, s]); x <- turned(climate, keys[[s]], 6)[own, ]; g <- climate$school[own]
  fit <- aov(score80[own, s] ~ factor(g))
  big <- sort(names(which(table(g) >= 5))); J <- ncol(x)
  # Of the answers there are; multilevel::rwg.j 2.7 takes people with every item answered.
  q <- sapply(big, function(k) min(1, mean(sapply(x[g == k, ], var, na.rm = TRUE)) / 2))
  list(icc1 = ICC1(fit), icc2 = ICC2(fit), rwg_j = as.numeric(J * (1 - q) / (J * (1 - q) + q)), schools = big)
})
add("climate_aggregation", "climate", "climate_aggregation",
  list(icc1 = lapply(agree, `[[`, "icc1"), icc2 = lapply(agree, `[[`, "icc2"),
       rwg_j = lapply(agree, `[[`, "rwg_j"), schools = lapply(agree[1:2], `[[`, "schools")),
  "multilevel::ICC1/ICC2(aov(score ~ factor(school))); rwg(j) by its formula from var(na.rm=TRUE) of keyed items of people with a score, in schools with 5 or more",
  c("multilevel", "hand"), args = list(keys = keys, min = 1, max = 5, missing_rule = .8, group = "school", least_people = 5))

one_factor <- function(C) {
  p <- ncol(C); v <- paste0("v", seq_len(p)); colnames(C) <- v
  model <- paste0("f =~ ", paste0("l", seq_len(p), "*", v, collapse = " + "), "\n",
    paste0(v, " ~~ t", seq_len(p), "*", v, collapse = "\n"), "\nomega := (", paste0("l", seq_len(p), collapse = "+"), ")^2/((",
    paste0("l", seq_len(p), collapse = "+"), ")^2+", paste0("t", seq_len(p), collapse = "+"), ")")
  fit <- quiet(cfa(model, data = as.data.frame(C), std.lv = TRUE))
  e <- parameterEstimates(fit); m <- fitMeasures(fit); l <- e[e$op == "=~", ]; o <- e[e$op == ":=", ]
  turn <- if (sum(l$est) < 0) -1 else 1
  list(omega = o$est, omega_se = o$se, omega_low = o$ci.lower, omega_high = o$ci.upper,
    loadings = turn * l$est, loadings_se = l$se,
    uniquenesses = e$est[e$op == "~~" & e$lhs == e$rhs & e$lhs != "f"],
    chisq = m[["chisq"]], df = m[["df"]], pvalue = m[["pvalue"]], cfi = m[["cfi"]], tli = m[["tli"]], rmsea = m[["rmsea"]], srmr = m[["srmr"]])
}
ONE <- "lavaan::cfa(one factor, std.lv=TRUE, ML), omega := (sum l)^2 / ((sum l)^2 + sum t)"
for (s in c("purpose", "strain", "growth")) {
  C <- na.omit(turned(climate, keys[[s]], 6)); a <- quiet(psych::alpha(C, check.keys = FALSE, n.iter = 1))
  f <- alpha.ci(a$total$raw_alpha, n.obs = nrow(C), n.var = ncol(C)); o <- one_factor(C)
  add(paste0("climate_reliability_", s), "climate", "cronbach_alpha_omega",
    c(list(n = nrow(C), raw_alpha = a$total$raw_alpha, std_alpha = a$total$std.alpha, average_r = a$total$average_r,
      ase = a$total$ase, feldt_low = as.numeric(f$lower.ci), feldt_high = as.numeric(f$upper.ci),
      alpha_drop = a$alpha.drop$raw_alpha, r_drop = a$item.stats$r.drop), o),
    paste("C <- na.omit(keyed items); psych::alpha(C); psych::alpha.ci();", ONE), c("psych", "lavaan"),
    args = list(items = keys[[s]], min = 1, max = 5), tolerance = 1e-5, note = "complete cases")
}

# --- psych::alpha with gaps, two items, an item that does not vary, few people --------------
full <- function(x) { a <- quiet(psych::alpha(x, check.keys = FALSE, n.iter = 1)); t <- a$total; i <- a$item.stats
  f <- alpha.ci(t$raw_alpha, n.obs = nrow(x), n.var = nrow(i))
  list(raw_alpha = t$raw_alpha, std.alpha = t$std.alpha, "G6(smc)" = t$`G6(smc)`, average_r = t$average_r, "S/N" = t$`S/N`, ase = t$ase,
    mean = t$mean, sd = t$sd, median_r = t$median_r, lower.ci = as.numeric(f$lower.ci), upper.ci = as.numeric(f$upper.ci),
    alpha_drop = a$alpha.drop$raw_alpha, std_alpha_drop = a$alpha.drop$std.alpha, alpha_se_drop = a$alpha.drop$`alpha se`,
    raw.r = i$raw.r, std.r = i$std.r, r.cor = i$r.cor, r.drop = i$r.drop, item_mean = i$mean, item_sd = i$sd, item_n = i$n) }
set.seed(7); f <- rnorm(60)
six <- as.data.frame(sapply(1:6, function(i) pmin(5, pmax(1, round(3 + .8 * f + rnorm(60, 0, .9)))))); names(six) <- paste0("q", 1:6)
six[cbind(c(3, 9, 9, 9, 20, 41), c(1, 2, 3, 4, 5, 6))] <- NA
six$flat <- 3; six$q6 <- ifelse(!is.na(six$q6) & six$q6 == 2, 3, six$q6)
save_data("six", six, "invented: 60 people, six items with gaps and an unused point, and one that does not vary")
add("alpha_pairwise", "six", "cronbach_alpha", full(six[, 1:6]), "psych::alpha(d[,1:6])", "psych", args = list(items = paste0("q", 1:6)))
flat <- full(six[, c("q1", "q2", "flat", "q4")]); flat$mean <- flat$sd <- NULL
add("alpha_constant_item", "six", "cronbach_alpha", flat, "psych::alpha(d[, c('q1','q2','flat','q4')])", "psych",
  args = list(items = c("q1", "q2", "flat", "q4")), note = "psych leaves out the item that does not vary; figures of the items that are left")
two <- full(six[, 1:2]); two$alpha_se_drop <- NULL
add("alpha_two_items", "six", "cronbach_alpha", two, "psych::alpha(d[, c('q1','q2')])", "psych", args = list(items = c("q1", "q2")))
few <- six[c(1, 4:8, 10), 2:5]
save_data("few", few, "invented: seven of the people of six, four items")
add("alpha_few_people", "few", "cronbach_alpha", full(few), "psych::alpha(d)", "psych", args = NULL)
a <- quiet(psych::alpha(six[, 1:6], n.iter = 1)); freq <- a$response.freq
d <- describe(six[, 1:6])
add("item_statistics", "six", "item_statistics",
  list(response_freq = unname(as.data.frame(t(freq[, 1:5]))) |> lapply(as.numeric), miss = as.numeric(freq[, "miss"]), item_mean = d$mean, item_sd = d$sd, skew = d$skew, kurtosis = d$kurtosis, item_n = d$n,
       floor = as.numeric(freq[, 1]), ceiling = as.numeric(freq[, 5])),
  "psych::alpha(d)$response.freq; psych::describe(d)", "psych", args = list(items = paste0("q", 1:6), points = 1:5, missing = "pairwise"))
for (covar in c(FALSE, TRUE)) { h <- quiet(splitHalf(na.omit(six[, 1:6]), check.keys = FALSE, covar = covar, raw = TRUE))
  add(paste0("split_half_", if (covar) "covariance" else "correlation"), "six", "split_half",
    c(list(maxrb = h$maxrb, minrb = h$minrb, meanr = h$meanr, alpha = h$alpha, lambda2 = h$lambda2), if (!covar) list(lambda6 = h$lambda6)),
    sprintf("psych::splitHalf(na.omit(d[,1:6]), check.keys=FALSE, covar=%s)", covar), "psych", args = list(items = paste0("q", 1:6))) }
for (v in list(list(.8, 50, 5, .05), list(.35, 12, 3, .1), list(.93, 400, 20, .01))) { f <- alpha.ci(v[[1]], v[[2]], v[[3]], p.val = v[[4]])
  add(sprintf("alpha_ci_%d", v[[2]]), "six", "alpha_ci", list(lower.ci = f$lower.ci, upper.ci = f$upper.ci, r.bar = f$r.bar),
    sprintf("psych::alpha.ci(%s, %d, %d, p.val=%s)", v[[1]], v[[2]], v[[3]], v[[4]]), "psych",
    args = list(alpha = v[[1]], n.obs = v[[2]], n.var = v[[3]], p.val = v[[4]])) }

# --- one factor where it is hard: three items, an improper solution, two factors, opposed items
set.seed(11); n <- 90; f <- rnorm(n); g <- rnorm(n)
hard <- round(data.frame(a1 = f + rnorm(n, 0, .35), a2 = .9 * f + rnorm(n, 0, .35), a3 = .15 * f + rnorm(n), b1 = g + .4 * f + rnorm(n, 0, .5),
  b2 = g + rnorm(n, 0, .5), b3 = .8 * g + rnorm(n, 0, .6), c1 = -.8 * f + rnorm(n, 0, .6)), 3)
R <- diag(4); R[lower.tri(R)] <- c(.82, .72, .52, .56, .40, .35); R <- R + t(R) - diag(4)
improper <- MASS::mvrnorm(n, rep(3, 4), R, empirical = TRUE); for (i in 1:4) hard[[paste0("h", i)]] <- round(improper[, i], 3)
save_data("hard", hard, "invented: 90 people, items for which one factor is hard to fit")
for (v in list(list("three", c("a1", "a2", "b1")), list("loose", c("a1", "a2", "a3", "b1", "c1")), list("opposed", c("a1", "a2", "b1", "c1")),
               list("improper", paste0("h", 1:4)), list("improper_three", paste0("h", 1:3)), list("seven", c("a1", "a2", "a3", "b1", "b2", "b3", "c1")))) {
  o <- one_factor(hard[, v[[2]]]); if (any(is.na(o$loadings_se))) o$loadings_se <- NULL
  if (o$df == 0) o$pvalue <- o$chisq <- o$tli <- NULL
  add(paste0("one_factor_", v[[1]]), "hard", "omega_total", o, ONE, "lavaan", args = list(items = v[[2]]), tolerance = 1e-5) }

# --- a norm table with steps ------------------------------------------------------------------
steps <- c(1, 1.8, 2.4, 3, 3.5, 4.1, 5); ts <- c(18, 29, 38, 46, 55, 67, 82); x <- c(1, 2.1, 3, 3.33, 4.75, 5, .5, 5.4, NA)
add("norm_steps", "six", "norm_table", list(t = approx(steps, ts, x, rule = 2)$y, outside = c(0, 0, 0, 0, 0, 0, 1, 1, 0)), "approx(steps, t, raw, rule=2)$y", "base",
  args = list(steps = steps, values = ts, raw = x))

# One case a line: small, and a change shows.
json <- function(x) toJSON(x, auto_unbox = TRUE, digits = 12, na = "null", null = "null")
writeLines(c("{", sprintf('"generated_with": %s,', json(R.version.string)),
  sprintf('"tolerance_rule": %s,', json("abs(actual-expected) <= tolerance*max(1,abs(expected)); null = NA")),
  sprintf('"datasets": %s,', json(DATASETS)), '"cases": [', paste(sapply(CASES, json), collapse = ",\n"), "]", "}"),
  file.path(OUT, "expected.json"))
cat(length(CASES), "cases,", length(DATASETS), "data sets\n")
