# Cases of dominance in logistic and cumulative models, from base R's glm, MASS's polr and ordinal's clm.
#
# Run: Rscript validation/statistics/importance_models.R
# Writes src/consilience/validation/cases/importance_models/. All data are made here by simulation.
# Every subset of predictors is fitted by the program named; contributions are averaged by hand.
suppressWarnings(suppressMessages({library(jsonlite); library(MASS); library(ordinal)}))
OUT <- file.path("src", "consilience", "validation", "cases", "importance_models")
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
CASES <- list(); DATASETS <- list()

save_data <- function(name, df, source) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
                            licence = "CC0 (made here by simulation)", source = source)
}
add <- function(id, data, statistic, expected, call, packages, args, tolerance, note = NULL) {
  versions <- sapply(packages, function(p) if (p %in% c("base", "hand")) p else paste(p, packageVersion(p)))
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args,
    expected = expected, tolerance = tolerance, r_call = call, r_package = unname(versions), note = note)
}

# Fit functions: terms -> list(loglik, n). `d` has complete rows, `w` their weights.
# A smaller epsilon would also lower the bound below which glm calls a column dependent.
by_glm <- function(y, d, w) function(terms) {
  f <- reformulate(if (length(terms)) terms else "1", y)
  m <- suppressWarnings(eval(bquote(glm(.(f), binomial, d, weights = w, control = list(epsilon = 1e-10, maxit = 100)))))
  -deviance(m) / 2
}
by_polr <- function(y, d, w, method) function(terms) {
  f <- reformulate(if (length(terms)) terms else "1", y)
  m <- eval(bquote(polr(.(f), d, weights = w, method = .(method), control = list(reltol = 1e-15, maxit = 2000))))
  as.numeric(logLik(m))
}
by_clm <- function(y, d, w, link) function(terms) {
  f <- reformulate(if (length(terms)) terms else "1", y)
  m <- eval(bquote(clm(.(f), data = d, weights = w, link = .(link), control = clm.control(gradTol = 1e-9))))
  as.numeric(logLik(m))
}

# All subsets; players: name -> terms; measures of every subset.
subsets <- function(fit, players, always, n) {
  p <- length(players); null <- fit(character(0))
  l <- sapply(0:(2^p - 1), function(mask) {
    inside <- players[bitwAnd(mask, 2^(seq_len(p) - 1)) > 0]
    fit(c(always, unlist(inside)))
  })
  cs <- 1 - exp(2 * (null - l) / n)
  list(null = null, full = l[2^p], fits = list(mcfadden = 1 - l / null, cox_snell = cs,
    nagelkerke = cs / (1 - exp(2 * null / n)), estrella = 1 - (l / null)^(-2 * null / n)))
}
by_size <- function(v, names) {
  p <- length(names); masks <- 0:(2^p - 1)
  size <- sapply(masks, function(m) sum(bitwAnd(m, 2^(seq_len(p) - 1)) > 0))
  t(sapply(0:(p - 1), function(s) sapply(seq_len(p), function(i) {
    without <- masks[size == s & bitwAnd(masks, 2^(i - 1)) == 0]
    mean(v[without + 2^(i - 1) + 1] - v[without + 1])
  })))
}
complete <- function(v, names) {
  p <- length(names); masks <- 0:(2^p - 1)
  cell <- function(i, j) {
    if (i == j) return(.5)
    neither <- masks[bitwAnd(masks, 2^(i - 1)) == 0 & bitwAnd(masks, 2^(j - 1)) == 0]
    d <- v[neither + 2^(i - 1) + 1] - v[neither + 2^(j - 1) + 1]
    if (all(d > 0)) 1 else if (all(d < 0)) 0 else .5
  }
  setNames(lapply(seq_len(p), function(i) setNames(lapply(seq_len(p), function(j) cell(i, j)), names)), names)
}
named <- function(x, names) setNames(as.list(as.numeric(x)), names)
dominance <- function(fit, players, always, n, details) {
  s <- subsets(fit, players, always, n); who <- names(players)
  found <- lapply(s$fits, function(v) named(colMeans(by_size(v, who)), who))
  found$deviance <- -2 * s$full; found$null_deviance <- -2 * s$null
  if (details) {
    rows <- by_size(s$fits$mcfadden, who)
    found$conditional <- setNames(lapply(seq_len(nrow(rows)), function(i) named(rows[i, ], who)), seq_len(nrow(rows)) - 1)
    found$complete <- complete(s$fits$mcfadden, who)
  }
  found
}
single <- function(terms) setNames(as.list(terms), terms)

# --- data ---------------------------------------------------------------------------------------
set.seed(20181122)
n <- 240
common <- rnorm(n)
areas <- data.frame(
  climate = round(.7 * common + rnorm(n, 0, .8), 3), strain = round(-.5 * common + rnorm(n), 3),
  staff = rpois(n, 6), funds = round(50 + 12 * rnorm(n) + 4 * common, 1),
  kind = sample(c("county", "district", "unitary"), n, TRUE, c(.3, .45, .25)), spare = round(rnorm(n), 3),
  count = sample(1:4, n, TRUE))
latent <- with(areas, .9 * climate - .5 * strain + .12 * staff + .02 * (funds - 50) + .6 * (kind == "county"))
areas$agree <- rbinom(n, 1, plogis(latent - .9))
level <- as.integer(cut(latent + rlogis(n), c(-Inf, -1, .3, 1.5, 3, Inf)))
areas$level <- c(1, 2, 4, 5, 7)[level]
areas$three <- c(1, 1, 2, 2, 3)[level]
save_data("areas", areas, "invented: 240 areas, an outcome of two values and ordered ones that skip points of the scale")
gaps <- areas[1:150, c("agree", "level", "climate", "strain", "staff", "funds")]
for (j in seq_along(gaps)) gaps[runif(150) < .05, j] <- NA
save_data("gaps", gaps, "invented: the first 150 areas with missing values")
answers <- data.frame(yes = rbinom(160, 1, .35), q1 = sample(1:3, 160, TRUE), q2 = sample(0:1, 160, TRUE), q3 = sample(1:4, 160, TRUE))
answers$yes <- ifelse(runif(160) < .3, as.integer(answers$q1 > 1), answers$yes)
answers$sum <- answers$q1 + answers$q2
answers$scale <- pmin(5, pmax(1, answers$q1 + answers$yes + sample(-1:1, 160, TRUE)))
save_data("answers", answers, "invented: 160 people, few distinct answers, a predictor that is the sum of two others")

# --- cases --------------------------------------------------------------------------------------
G <- "dominance_analysis_glm"; O <- "dominance_analysis_ordinal"
case <- function(id, data, d, kind, y, players, always = character(0), weight = NULL, args = list(), details = FALSE, note = NULL, tolerance = 1e-6) {
  terms <- c(always, unlist(players, use.names = FALSE))
  d <- d[complete.cases(d[, c(y, terms)]), ]
  d$w <- if (is.null(weight)) 1 else d[[weight]]; w <- d$w
  d$y_ <- if (kind[1] == "glm") d[[y]] else factor(d[[y]])
  fit <- switch(kind[1], glm = by_glm("y_", d, w), polr = by_polr("y_", d, w, kind[2]), clm = by_clm("y_", d, w, kind[2]))
  right <- paste(terms, collapse = " + ")
  how <- switch(kind[1], glm = sprintf("glm(%s ~ %s, binomial, d)", y, right),
    polr = sprintf("MASS::polr(factor(%s) ~ %s, d, method='%s')", y, right, kind[2]),
    clm = sprintf("ordinal::clm(factor(%s) ~ %s, data=d, link='%s')", y, right, kind[2]))
  said <- c(list(formula = paste(y, "~", right)), args)
  if (kind[1] == "glm") said$family <- "binomial"
  if (length(always)) said$always <- I(always)
  if (!is.null(weight)) said$weights <- weight
  add(id, data, if (kind[1] == "glm") G else O, dominance(fit, players, always, sum(w), details),
      paste0("over all subsets of predictors, averaged by hand: ", how, if (!is.null(weight)) sprintf(", weights=%s", weight)),
      c(switch(kind[1], glm = "base", polr = "MASS", clm = "ordinal"), "hand"), said, tolerance, note)
}
four <- c("climate", "strain", "staff", "funds")
case("glm_four", "areas", areas, "glm", "agree", single(four), details = TRUE)
case("glm_factor", "areas", areas, "glm", "agree", single(c(four, "kind")), note = "kind has three levels, which are one predictor")
case("glm_weights", "areas", areas, "glm", "agree", single(four), weight = "count", note = "n is the sum of the weights")
case("glm_always", "areas", areas, "glm", "agree", single(c("climate", "strain", "staff")), always = "kind")
case("glm_group", "areas", areas, "glm", "agree", list(spare = "spare", climate_both = c("climate", "strain"), means = c("staff", "funds")),
     args = list(groups = list(climate_both = c("climate", "strain"), means = c("staff", "funds"))))
case("glm_missing", "gaps", gaps, "glm", "agree", single(four), note = "complete cases of all predictors")
case("glm_dependent", "answers", answers, "glm", "yes", single(c("q1", "q2", "q3", "sum")), note = "sum = q1 + q2: glm leaves out what earlier terms determine")
case("glm_seven", "areas", areas, "glm", "agree", single(c(four, "kind", "spare", "count")))
case("polr_four", "areas", areas, c("polr", "logistic"), "level", single(four), details = TRUE, note = "points 3 and 6 of the scale are unused")
case("polr_probit", "areas", areas, c("polr", "probit"), "three", single(four), args = list(link = "probit"))
case("polr_weights", "areas", areas, c("polr", "logistic"), "three", single(c("climate", "strain", "kind")), weight = "count")
case("polr_missing", "gaps", gaps, c("polr", "logistic"), "level", single(four))
case("clm_always", "areas", areas, c("clm", "logit"), "level", single(c("strain", "staff", "funds")), always = "climate")
case("clm_cloglog", "areas", areas, c("clm", "cloglog"), "three", single(four), args = list(link = "cloglog"))
case("clm_tied", "answers", answers, c("clm", "logit"), "scale", single(c("q1", "q2", "q3")))
case("clm_two_levels", "areas", areas, c("clm", "logit"), "agree", single(four[1:3]), note = "two levels: the logistic model")

write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected))",
                datasets = DATASETS, cases = CASES), file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null")
cat(length(CASES), "cases in", OUT, "\n")
