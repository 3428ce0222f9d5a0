# Cases of kappas, chance-corrected agreement, concordance and benchmarks: R's vcd, psych and
# stats, formulas by hand where R has no package in Debian, and the PyPI package irrCAC.
#
# Run: IRRCAC_PYTHON=<python with irrCAC> Rscript validation/statistics/agreement.R
# Writes src/consilience/validation/cases/agreement/. Data are made here by simulation, or are
# published tables of counts.
suppressWarnings(suppressMessages({library(jsonlite); library(vcd); library(psych)}))
OUT <- file.path("src", "consilience", "validation", "cases", "agreement")
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
CASES <- list(); DATASETS <- list(); ASKED <- list(); FOR <- list()
OURS <- "CC0 (made here by simulation)"

save_data <- function(name, df, source, licence = OURS) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
                            licence = licence, source = source)
}
add <- function(id, data, statistic, expected, call, packages, args = NULL, tolerance = 1e-8, note = NULL) {
  own <- c("base", "hand", "stats")
  versions <- sapply(packages, function(p) if (p %in% own || grepl(" ", p)) p else paste(p, packageVersion(p)))
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args,
    expected = expected, tolerance = tolerance, r_call = call, r_package = unname(versions), note = note)
}
# A case whose figures the package irrCAC gives; filled in at the end.
ask <- function(id, data, statistic, weights, call, args = list(), table = FALSE, level = .95, N = NULL,
                categories = NULL, columns = NULL, note = NULL) {
  add(id, data, statistic, NULL, call, "irrCAC 0.4.4 (PyPI, digits=12)", c(list(weights = weights), args), 1e-8, note)
  ASKED[[length(ASKED) + 1]] <<- c(list(file = paste0(data, ".csv"), weights = weights, table = table, level = level),
    if (!is.null(N)) list(N = N), if (!is.null(categories)) list(categories = categories),
    if (!is.null(columns)) list(columns = columns))
  FOR[[length(FOR) + 1]] <<- length(CASES)
}

# --- data ----------------------------------------------------------------------------------
set.seed(20261125)
units <- 60; truth <- sample(c(1, 2, 3, 5), units, TRUE, c(.2, .35, .3, .15))
rate <- function(slip) {
  near <- c(1, 2, 3, 5); place <- match(truth, near) + sample(-1:1, units, TRUE, c(slip / 2, 1 - slip, slip / 2))
  near[pmin(4, pmax(1, place))]
}
ratings <- data.frame(unit = sprintf("u%02d", 1:units), r1 = rate(.2), r2 = rate(.3), r3 = rate(.45), r4 = rate(.6))
complete <- ratings
for (column in 2:5) ratings[runif(units) < .15, column] <- NA
ratings[7, 2:5] <- NA; ratings[8, 3:5] <- NA; ratings[8, 2] <- 3
save_data("ratings", ratings, "invented: 60 units, 4 raters, scale 1 to 5 with 4 unused, 15 % missing, one unit without a rating")
save_data("complete", complete, "invented: the same without gaps")
words <- c("poor", "fair", "good")
texts <- as.data.frame(lapply(complete[1:40, 2:4], function(x) words[pmin(x, 3)]))
texts[3, 2] <- NA; texts[11, 1:2] <- NA
save_data("texts", texts, "invented: 40 units, 3 raters, words")
binary <- data.frame(x = rbinom(80, 1, .12)); binary$y <- ifelse(runif(80) < .15, 1 - binary$x, binary$x)
save_data("binary", binary, "invented: a rare category, two raters")
abstractors <- data.frame(Ectopic = c(13, 0, 0), AIU = c(0, 20, 4), NIU = c(0, 7, 56))
save_data("abstractors", abstractors, "Gwet (2014): 100 pregnancies by two abstractors", "facts (published table of counts)")
fleiss15 <- data.frame(depression = c(0,0,0,0,0,2,0,2,2,0,1,1,0,1,0), personality = c(0,3,1,0,3,0,0,0,0,0,0,1,3,0,2),
  schizophrenia = c(0,0,4,0,0,4,4,3,0,0,0,0,3,0,0), neurosis = c(6,0,0,0,3,0,0,1,4,0,5,4,0,5,3), other = c(0,3,1,6,0,0,2,0,0,6,0,0,0,0,1))
save_data("fleiss15", fleiss15, "Fleiss (1971), 15 patients, 6 psychiatrists; Gwet (2014)", "facts (published table of counts)")
constant <- data.frame(a = rep(2, 10), b = rep(2, 10), c = rep(2, 10))
save_data("constant", constant, "all raters, all units: one category")
scores <- as.data.frame(matrix(round(rnorm(25, 50, 10)[rep(1:25, 4)] + rnorm(100, 0, 8)), 25)); names(scores) <- paste0("j", 1:4)
scores[4, 2] <- NA
save_data("scores", scores, "invented: 25 units, 4 judges, integers with a few ties, one missing")

# --- Cohen's kappa ---------------------------------------------------------------------------
pair <- na.omit(ratings[, c("r1", "r2")]); seen <- sort(unique(unlist(pair)))
square <- table(factor(pair$r1, seen), factor(pair$r2, seen))
for (kind in c("Equal-Spacing", "Fleiss-Cohen")) {
  k <- vcd::Kappa(square, weights = kind); b <- confint(k)
  add(paste0("kappa_vcd_", if (kind == "Equal-Spacing") "equal" else "squared"), "ratings", "cohen_kappa",
    list(kappa = k$Weighted[["value"]], ase = k$Weighted[["ASE"]], z_ase = k$Weighted[["value"]] / k$Weighted[["ASE"]],
         lower = b[2, 1], upper = b[2, 2]),
    sprintf("vcd::Kappa(table(d$r1, d$r2), weights='%s'), units with both ratings", kind), "vcd",
    list(columns = c("r1", "r2"), weights = kind))
}
k <- vcd::Kappa(square); p <- psych::cohen.kappa(pair)
add("kappa_vcd_unweighted", "ratings", "cohen_kappa", list(kappa = k$Unweighted[["value"]], ase = k$Unweighted[["ASE"]]),
  "vcd::Kappa(table(d$r1, d$r2))$Unweighted", "vcd", list(columns = c("r1", "r2")))
add("kappa_psych_interval", "ratings", "cohen_kappa",
  list(kappa = p$kappa, var = p$var.kappa, lower = p$confid[1, 1], upper = p$confid[1, 3]),
  "psych::cohen.kappa(d[, c('r1', 'r2')])$confid[1, ]", "psych", list(columns = c("r1", "r2")))
own <- matrix(c(1, .2, 0, .2, 1, .5, 0, .5, 1), 3)
k <- vcd::Kappa(as.matrix(abstractors), weights = own)
add("kappa_table_own_weights", "abstractors", "cohen_kappa_table", list(kappa = k$Weighted[["value"]], ase = k$Weighted[["ASE"]]),
  "vcd::Kappa(as.matrix(d), weights=matrix(c(1,.2,0,.2,1,.5,0,.5,1),3))$Weighted", "vcd", list(weights = own))
both <- table(binary$x, binary$y); n <- sum(both); P <- both / n; r <- rowSums(P); s <- colSums(P)
po <- sum(diag(P)); pe <- sum(r * s); kap <- (po - pe) / (1 - pe)
null <- sqrt((pe + pe^2 - sum(r * s * (r + s))) / n) / (1 - pe)
add("kappa_two_categories", "binary", "cohen_kappa",
  list(kappa = kap, z = kap / null, p = 2 * pnorm(-abs(kap / null)), po = po, pe = pe, pabak = 2 * po - 1,
       max_kappa = (sum(pmin(r, s)) - pe) / (1 - pe), prevalence_index = abs(P[1, 1] - P[2, 2]), bias_index = abs(P[1, 2] - P[2, 1])),
  "formulas of Cohen (1960), Fleiss, Cohen and Everitt (1969), Byrt and others (1993) on table(d$x, d$y)", "hand")
add("kappa_constant", "constant", "cohen_kappa", list(kappa = NA, z = NA, p = NA), "0/0: both raters used one category only", "hand",
  list(columns = c("a", "b")))

# --- several raters --------------------------------------------------------------------------
x <- as.matrix(complete[, 2:5]); m <- ncol(x); n <- nrow(x); cats <- sort(unique(c(x)))
f <- sapply(cats, function(v) rowSums(x == v)); pj <- colSums(f) / (n * m); q <- 1 - pj
kap <- ((sum(f^2) - n * m) / (n * m * (m - 1)) - sum(pj^2)) / (1 - sum(pj^2))
se <- sqrt(2 / (n * m * (m - 1)) * (sum(pj * q)^2 - sum(pj * q * (q - pj)))) / sum(pj * q)
kj <- 1 - colSums(f * (m - f)) / (n * m * (m - 1) * pj * q)
add("fleiss_detail", "complete", "fleiss_kappa",
  list(kappa = kap, z = kap / se, p = 2 * pnorm(-abs(kap / se)), category_kappa = kj, category_z = kj / sqrt(2 / (n * m * (m - 1)))),
  "formulas of Fleiss (1971) and Fleiss, Nee and Landis (1979) on d[, -1]", "hand")
av <- suppressWarnings(psych::cohen.kappa(x))$av.kappa
add("light", "complete", "light_kappa", list(kappa = av), "psych::cohen.kappa(d[, -1])$av.kappa", "psych")
pairs <- combn(m, 2); agree <- mean(apply(pairs, 2, function(i) mean(x[, i[1]] == x[, i[2]])))
chance <- mean(apply(pairs, 2, function(i) sum(sapply(cats, function(v) mean(x[, i[1]] == v) * mean(x[, i[2]] == v)))))
add("conger_exact", "complete", "fleiss_kappa_exact", list(kappa = (agree - chance) / (1 - chance)),
  "mean over pairs of raters of agreement and of its product of shares, d[, -1]", "hand", list(exact = TRUE))
add("fleiss_constant", "constant", "fleiss_kappa", list(kappa = NA, z = NA, p = NA), "0/0: one category only", "hand")

# --- the family, from irrCAC -------------------------------------------------------------------
four <- c("r1", "r2", "r3", "r4")
for (w in c("identity", "linear", "radical", "bipolar", "circular", "ratio"))
  ask(paste0("family_", w), "ratings", "chance_corrected_family", w,
    sprintf("CAC(d[four raters], weights='%s', digits=12)", w), list(columns = four), columns = four,
    note = "p of Brennan-Prediger doubled, as the package gives it one-sided")
ask("family_whole_scale", "ratings", "chance_corrected_family", "ordinal",
  "CAC(d[four raters], weights='ordinal', categories=[1, 2, 3, 4, 5], confidence_level=0.9, N=200, digits=12)",
  list(columns = four, categories = 1:5, level = .9, N = 200), level = .9, N = 200, categories = 1:5, columns = four,
  note = "p of Brennan-Prediger doubled, as the package gives it one-sided")
ask("family_texts", "texts", "chance_corrected_family", "quadratic", "CAC(d, weights='quadratic', digits=12)",
  note = "the package and we number words in the order of the alphabet; p of Brennan-Prediger doubled")
for (w in c("identity", "quadratic"))
  ask(paste0("table_", w), "abstractors", "chance_corrected_table", w, sprintf("table.CAC(d, weights='%s', digits=12)", w), table = TRUE)
add("family_constant", "constant", "chance_corrected_family",
  list(ac = list(coeff = NA), fleiss = list(coeff = NA), krippendorff = list(coeff = NA), conger = list(coeff = NA),
       brennan_prediger = list(coeff = NA), percent = list(coeff = 1, se = 0)), "0/0: one category only", "hand")
add("family_constant_whole_scale", "constant", "chance_corrected_family",
  list(ac = list(coeff = 1, se = 0), brennan_prediger = list(coeff = 1, se = 0), fleiss = list(coeff = NA), krippendorff = list(coeff = NA)),
  "by definition: chance agreement of AC is 0 and of Brennan-Prediger 1/5", "hand", list(categories = 1:5))
printed <- "irrCAC 1.0 (R, as printed in its vignettes overview and weighting)"
add("distribution_unweighted", "fleiss15", "chance_corrected_distribution",
  list(ac = list(coeff = .4448007, se = .08418757, pa = .5511111, pe = .1914815, ci_low = .264, ci_high = .625, p = .0001155927),
       fleiss = list(coeff = .4139265, se = .08119291, pe = .2340741, ci_low = .24, ci_high = .588, p = .0001622724),
       brennan_prediger = list(coeff = .4388889, se = .08312142, ci_low = .261, ci_high = .617, p = .0001163),
       krippendorff = list(coeff = .4204384, pa = .5560988, pe = .2340741)),
  "gwet.ac1.dist(d), fleiss.kappa.dist(d), bp.coeff.dist(d), krippen.alpha.dist(d)$coeff", printed, tolerance = 1e-7,
  note = "the error of krippen.alpha.dist is left out: it contradicts krippen.alpha.raw")
add("distribution_quadratic", "fleiss15", "chance_corrected_distribution",
  list(ac = list(coeff = .4837438, se = .1058227, pa = .8544444, pe = .7180556, p = .0004356618),
       fleiss = list(coeff = .2511909, se = .1457381, pe = .8056173, p = .1067865),
       brennan_prediger = list(coeff = .4177778, se = .1067493, p = .001559352), krippendorff = list(coeff = .259511, pa = .8560617)),
  "gwet.ac1.dist(d, weights=quadratic.weights(1:5)) and the others", printed, list(weights = "quadratic"), tolerance = 1e-7)
add("benchmark_landis_koch", "", "benchmark_landis_koch",
  list(`Almost Perfect` = .39674, Substantial = .88336, Moderate = .99542, Fair = .99997, Slight = 1, Poor = 1, label = "Moderate"),
  "landis.koch.bf(0.77544, 0.14295)", "irrCAC 1.0 (R, as printed in its vignette benchmarking)", list(coeff = .77544, se = .14295), tolerance = 1e-5)
add("benchmark_fleiss", "", "benchmark_fleiss", list(Excellent = .54414, `Intermediate to Good` = .99542, Poor = 1),
  "fleiss.bf(0.77544, 0.14295)", "irrCAC 1.0 (R, as printed in its vignette benchmarking)", list(coeff = .77544, se = .14295), tolerance = 1e-5)

# --- order, and the rest -----------------------------------------------------------------------
y <- as.matrix(na.omit(scores)); m <- ncol(y); n <- nrow(y); fr <- friedman.test(t(y)); rk <- apply(y, 2, rank)
add("kendall_corrected", "scores", "kendall_w",
  list(W = fr$statistic[[1]] / (m * (n - 1)), chisq = fr$statistic[[1]], df = n - 1, p = fr$p.value,
       mean_spearman = mean(cor(y, method = "spearman")[upper.tri(diag(m))])),
  "friedman.test of units without gaps, judges as blocks; W = chisq / (m (n - 1)); mean of cor(method='spearman')", "stats", list(correct_ties = TRUE))
W <- 12 * sum((rowSums(rk) - m * (n + 1) / 2)^2) / (m^2 * (n^3 - n))
add("kendall_uncorrected", "scores", "kendall_w", list(W = W, chisq = m * (n - 1) * W, p = pchisq(m * (n - 1) * W, n - 1, lower.tail = FALSE)),
  "12 S / (m^2 (n^3 - n)) of rank(), units without gaps", "hand", list(correct_ties = FALSE))
low <- cor(y)[upper.tri(diag(m))]
add("mean_pearson", "scores", "mean_pearson", list(value = tanh(mean(atanh(low))), z = tanh(mean(atanh(low))) * sqrt(n - 3)),
  "tanh(mean(atanh(r))) over pairs of judges; z as irr::meancor prints it", "hand")
long <- data.frame(y = c(y), unit = factor(rep(1:n, m)), judge = factor(rep(1:m, each = n)))
ms <- anova(lm(y ~ unit + judge, long))["Residuals", "Mean Sq"]; mw <- anova(lm(y ~ unit, long))["Residuals", "Mean Sq"]
add("finn_one_way", "scores", "finn", list(finn = 1 - mw / ((60^2 - 1) / 12), df = n * (m - 1)), "1 - MS of lm(y ~ unit) / ((60^2 - 1) / 12)", "stats",
  list(s.levels = 60, model = "oneway"))
add("finn_two_way", "scores", "finn", list(finn = 1 - ms / ((60^2 - 1) / 12), df = (n - 1) * (m - 1)), "1 - MS of lm(y ~ unit + judge) / ((60^2 - 1) / 12)", "stats",
  list(s.levels = 60, model = "twoway"))
add("agree_within_one", "complete", "percent_agreement", list(percent = 100 * mean(apply(x, 1, function(v) diff(range(v))) <= 1)),
  "100 * mean(apply(d[, -1], 1, function(v) diff(range(v))) <= 1)", "base", list(tolerance = 1))
mc <- mcnemar.test(both, correct = FALSE)
add("bias_two_categories", "binary", "rater_bias", list(chisq = mc$statistic[[1]], p = mc$p.value, ratio = max(both[1, 2], both[2, 1]) / (both[1, 2] + both[2, 1])),
  "mcnemar.test(table(d$x, d$y), correct=FALSE)", "stats")
add("stuart_two_categories", "binary", "stuart_maxwell", list(chisq = mc$statistic[[1]], df = 1, p = mc$p.value), "mcnemar.test(table(d$x, d$y), correct=FALSE)", "stats",
  note = "with two categories the test of Stuart and Maxwell is McNemar's")
t2 <- square; d <- (rowSums(t2) - colSums(t2))[-1]; V <- (diag(rowSums(t2) + colSums(t2)) - t2 - t(t2))[-1, -1]; V2 <- V - outer(d, d) / sum(t2)
for (test in c("stuart_maxwell", "bhapkar")) {
  chi <- sum(d * solve(if (test == "bhapkar") V2 else V, d)); df <- length(d)
  add(test, "ratings", test, list(chisq = chi, df = df, p = pchisq(chi, df, lower.tail = FALSE)),
    "d' V^-1 d of the differences of the margins of table(d$r1, d$r2)", "hand", list(columns = c("r1", "r2")))
}

# --- the figures of irrCAC, or those of the last run if it is not to be had ----------------------
python <- Sys.getenv("IRRCAC_PYTHON"); file <- file.path(OUT, "expected.json")
if (nzchar(python)) {
  asked <- tempfile(); told <- tempfile()
  write_json(ASKED, asked, auto_unbox = TRUE, digits = NA)
  stopifnot(system2(python, c("validation/statistics/agreement_irrcac.py", asked, told, OUT)) == 0)
  answers <- fromJSON(told, simplifyVector = FALSE)
} else {
  old <- fromJSON(file, simplifyVector = FALSE)$cases
  answers <- lapply(FOR, function(i) Filter(function(o) o$id == CASES[[i]]$id, old)[[1]]$expected)
}
for (i in seq_along(FOR)) CASES[[FOR[[i]]]]$expected <- answers[[i]]
write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = NA",
  datasets = DATASETS, cases = CASES), file, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null")
cat(length(CASES), "cases\n")
