# Cases of missing data, from R: pooling over imputations, tests of nested models, patterns.
# Data are made here by simulation; imputations are fixed, so that pooling is deterministic.
# Run from the root of the checkout: Rscript validation/statistics/imputation.R
suppressMessages({library(jsonlite); library(mice)})
OUT <- "src/consilience/validation/cases/imputation"
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
LICENCE <- "CC0 (made here by simulation)"
DATASETS <- list(); CASES <- list()
version_of <- function(p) paste(p, as.character(packageVersion(p)))
save_data <- function(name, df, note) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
                            licence = LICENCE, source = "validation/statistics/imputation.R", note = note)
}
add <- function(id, data, statistic, expected, call, packages, args = NULL, tolerance = 1e-8, note = NULL)
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args,
    expected = expected, tolerance = tolerance, r_call = call,
    r_package = sapply(packages, function(p) if (p == "hand") "base R by hand" else version_of(p), USE.NAMES = FALSE), note = note)

# --- data: 60 staff, four numbers, a yes/no and a role; values missing at random given age
set.seed(4127)
n <- 60
age <- round(rnorm(n, 42, 9)); role <- sample(c("head", "lead", "nurse"), n, TRUE, c(.3, .4, .3))
climate <- round(3 + .03 * (age - 42) + .4 * (role == "head") + rnorm(n, 0, .7), 1)
stress <- round(2.8 - .5 * (climate - 3) + rnorm(n, 0, .6), 1)
stays <- rbinom(n, 1, plogis(.3 + .9 * (climate - 3) - .4 * (stress - 2.8)))
whole <- data.frame(age, role, climate, stress, stays)
gaps <- whole
gaps$climate[runif(n) < plogis(-1 - .05 * (age - 42))] <- NA
gaps$stress[runif(n) < .2] <- NA
gaps$stays[runif(n) < .15] <- NA
save_data("staff_gaps", gaps, "60 staff, values missing at random")
gaps$role <- factor(gaps$role)
# The values that stand in are drawn crudely: only the pooling is compared.
crude <- function(m) do.call(rbind, lapply(1:m, function(i) {
  d <- gaps
  for (v in c("climate", "stress")) {
    f <- lm(reformulate(c("age", "role"), v), d, na.action = na.exclude); miss <- is.na(d[[v]])
    d[[v]][miss] <- round(predict(f, d[miss, ]) + rnorm(sum(miss), 0, summary(f)$sigma), 1)
  }
  miss <- is.na(d$stays); d$stays[miss] <- rbinom(sum(miss), 1, mean(d$stays, na.rm = TRUE))
  cbind(imp = i, id = 1:n, d)
}))
long <- crude(6); few <- crude(3)
save_data("staff_imputed", long, "six imputations in long form")
save_data("staff_imputed3", few, "three imputations in long form")
fits <- function(long, f) as.mira(lapply(split(long, long$imp), f))
N <- function(x) as.list(x)
table_of <- function(p) { p <- as.data.frame(p); list(term = as.character(p$term), estimate = p$estimate, ubar = p$ubar,
  b = p$b, t = p$t, dfcom = p$dfcom, df = p$df, riv = p$riv, lambda = p$lambda, fmi = p$fmi) }
test_of <- function(o) { r <- as.numeric(o$result); list(F = r[1], df1 = r[2], df2 = r[3], p = r[4], riv = r[5]) }

# --- pooled coefficients
l1 <- fits(long, function(d) lm(climate ~ age + role + stress, d)); l0 <- fits(long, function(d) lm(climate ~ age, d))
add("pool_lm_factor", "staff_imputed", "rubin_pooling", table_of(pool(l1)$pooled),
    "mice::pool(with(im, lm(climate ~ age + role + stress)))$pooled", "mice", list(model = "climate ~ age + role + stress"))
s <- summary(pool(l1), conf.int = TRUE, conf.level = .9)
add("pool_lm_summary", "staff_imputed", "rubin_pooling", list(estimate = s$estimate, se = s$std.error, statistic = s$statistic,
    df = s$df, p = s$p.value, low = s[["5 %"]], high = s[["95 %"]]),
    "summary(mice::pool(with(im, lm(climate ~ age + role + stress))), conf.int=TRUE, conf.level=.9)", "mice",
    list(model = "climate ~ age + role + stress", conf.level = .9))
g1 <- fits(long, function(d) glm(stays ~ age + climate + stress, binomial, d)); g0 <- fits(long, function(d) glm(stays ~ age, binomial, d))
add("pool_glm", "staff_imputed", "rubin_pooling", table_of(pool(g1)$pooled),
    "mice::pool(with(im, glm(stays ~ age + climate + stress, family=binomial)))$pooled", "mice",
    list(model = "stays ~ age + climate + stress", family = "binomial"))
add("pool_lm_dfcom", "staff_imputed", "rubin_pooling", table_of(pool(l0, dfcom = Inf)$pooled)[c("estimate", "t", "df", "fmi")],
    "mice::pool(with(im, lm(climate ~ age)), dfcom=Inf)$pooled", "mice", list(model = "climate ~ age", dfcom = "Inf"),
    note = "without the correction for small samples")

# --- pooled numbers
scalar <- function(id, Q, U, call, args, ...) { r <- pool.scalar(Q, U, ...)
  add(id, NULL, "pool_scalar", list(qbar = r$qbar, ubar = r$ubar, b = r$b, t = r$t, df = r$df, r = r$r,
      fmi = if (is.nan(r$fmi) || is.na(r$fmi)) NULL else r$fmi), call, "mice", args) }
scalar("scalar_b0", rep(2, 5), rep(.1, 5), "mice::pool.scalar(rep(2, 5), rep(.1, 5), n=40, k=2)", NULL, n = 40, k = 2)
scalar("scalar_large", c(2, 2.1, 1.8, 2.4, 2.05), c(.1, .11, .09, .1, .12), "mice::pool.scalar(Q, U)",
       list(Q = c(2, 2.1, 1.8, 2.4, 2.05), U = c(.1, .11, .09, .1, .12)))
scalar("scalar_small", c(-1.5457, -1.428), c(.9723^2, 1.041^2), "mice::pool.scalar(Q = c(-1.5457, -1.428), U = c(0.9723^2, 1.041^2), n = 25, k = 2)", NULL, n = 25, k = 2)
scalar("scalar_synthetic", c(2, 2.1, 1.8, 2.4, 2.05), c(.1, .11, .09, .1, .12), "mice::pool.scalar(Q, U, rule='reiter2003')",
       list(Q = c(2, 2.1, 1.8, 2.4, 2.05), U = c(.1, .11, .09, .1, .12), n = 40, k = 2, rule = "reiter2003"), n = 40, k = 2, rule = "reiter2003")
lam <- c(0, .05, .2, .5, .9)
add("barnard_rubin", NULL, "barnard_rubin", list(df = sapply(lam, function(l) pool.scalar(sqrt(6 * l / 4) * c(-1, 0, 1) * sqrt(3 / 6), rep(1 - l, 3), n = 31)$df)),
    "mice::pool.scalar(Q, U, n=31)$df for Q with share lambda of its variance from missing data, m=3", "mice", list(m = 3, lambda = lam, dfcom = 30))

# --- tests of nested models
two <- list(full = "climate ~ age + role + stress", null = "climate ~ age")
add("D1_lm", "staff_imputed", "pooled_wald_D1", test_of(D1(l1, l0)), "mice::D1(fit1, fit0)", c("mice", "mitml"), two)
add("D1_lm_dfcom", "staff_imputed", "pooled_wald_D1", test_of(D1(l1, l0, dfcom = 500)), "mice::D1(fit1, fit0, dfcom=500)", c("mice", "mitml"), c(two, dfcom = 500))
add("D2_lm", "staff_imputed", "pooled_chi2_D2", test_of(D2(l1, l0)), "mice::D2(fit1, fit0)", c("mice", "mitml"), two)
add("D2_lm_likelihood", "staff_imputed", "pooled_chi2_D2", test_of(D2(l1, l0, use = "likelihood")), "mice::D2(fit1, fit0, use='likelihood')", c("mice", "mitml"), c(two, use = "likelihood"))
add("D3_lm", "staff_imputed", "pooled_likelihood_D3", test_of(D3(l1, l0)), "mice::D3(fit1, fit0)", "mice", two)
glm2 <- list(full = "stays ~ age + climate + stress", null = "stays ~ age", family = "binomial")
add("D1_glm", "staff_imputed", "pooled_wald_D1", test_of(D1(g1, g0)), "mice::D1(fit1, fit0)", c("mice", "mitml"), glm2)
add("D2_glm", "staff_imputed", "pooled_chi2_D2", test_of(D2(g1, g0)), "mice::D2(fit1, fit0)", c("mice", "mitml"), glm2)
add("D3_glm", "staff_imputed", "pooled_likelihood_D3", test_of(D3(g1, g0)), "mice::D3(fit1, fit0)", "mice", glm2, 1e-7)
h1 <- fits(few, function(d) lm(stress ~ climate + age, d)); h0 <- fits(few, function(d) lm(stress ~ age, d))
add("D3_few", "staff_imputed3", "pooled_likelihood_D3", test_of(D3(h1, h0)), "mice::D3(fit1, fit0)", "mice",
    list(full = "stress ~ climate + age", null = "stress ~ age"), note = "k (m - 1) is 2, so df2 is that for few imputations")
add("D3_constant", "staff_imputed3", "pooled_likelihood_D3", test_of(D3(h1)), "mice::D3(with(im, lm(stress ~ climate + age)))", "mice",
    list(full = "stress ~ climate + age"), note = "against the constant alone")

# --- shares, correlations, reliability
for (adj in c(FALSE, TRUE)) { r <- pool.r.squared(l1, adjusted = adj)
  add(if (adj) "r2_adjusted" else "r2", "staff_imputed", "pooled_r2", list(est = r[1], low = r[2], high = r[3], fmi = r[4]),
      sprintf("mice::pool.r.squared(with(im, lm(climate ~ age + role + stress)), adjusted=%s)", adj), "mice", list(model = "climate ~ age + role + stress", adjusted = adj)) }
back <- function(p, f) list(estimate = f(p$qbar), low = f(p$qbar - qt(.975, p$df) * sqrt(p$t)), high = f(p$qbar + qt(.975, p$df) * sqrt(p$t)), fmi = p$fmi)
z <- sapply(split(long, long$imp), function(d) atanh(cor(d$climate, d$stress)))
add("correlation", "staff_imputed", "pooled_correlation", back(pool.scalar(z, rep(1 / (n - 3), 6)), tanh),
    "tanh of mice::pool.scalar(atanh(r), 1/(n-3)), Student's t", "mice", list(x = "climate", y = "stress"))
k <- 3; al <- sapply(split(long, long$imp), function(d) { x <- cbind(d$climate, 6 - d$stress, d$stays * 4); k / (k - 1) * (1 - sum(apply(x, 2, var)) / var(rowSums(x))) })
p <- back(pool.scalar(log(1 - al), rep(2 * k / ((k - 1) * (n - 2)), 6)), function(v) 1 - exp(v))
add("alpha", NULL, "pooled_alpha", list(estimate = p$estimate, low = p$high, high = p$low),
    "1 - exp of mice::pool.scalar(log(1-alpha), 2k/((k-1)(n-2))), Bonett's variance", "mice", list(alphas = unname(al), n = n, k = k))

# --- patterns
md <- suppressWarnings(md.pattern(gaps, plot = FALSE)); rows <- nrow(md) - 1; cols <- ncol(md) - 1
add("md_pattern", "staff_gaps", "md_pattern", list(columns = colnames(md)[1:cols], patterns = unname(md[1:rows, 1:cols]),
    counts = as.integer(rownames(md)[1:rows]), n_missing = unname(md[1:rows, cols + 1]), totals = unname(md[rows + 1, 1:cols]), total = unname(md[rows + 1, cols + 1])),
    "mice::md.pattern(gaps)", "mice")
fl <- flux(gaps); add("flux", "staff_gaps", "flux", lapply(as.list(fl), function(v) ifelse(is.nan(v), NA, v)), "mice::flux(gaps)", "mice")
add("md_pairs", "staff_gaps", "md_pairs", lapply(md.pairs(gaps), unname), "mice::md.pairs(gaps)", "mice")
im <- suppressWarnings(mice(gaps, m = 4, maxit = 6, seed = 3, print = FALSE)); cm <- im$chainMean["climate", , ]
chains <- data.frame(chain = rep(1:4, each = 6), iteration = rep(1:6, 4), climate = as.vector(cm))
save_data("chains", chains, "means of imputed climate in four chains of mice")
ac <- convergence(im, diagnostic = "ac"); add("convergence_ac", "chains", "convergence", list(ac = ac$ac[ac$vrb == "climate"]), "mice::convergence(im, 'ac')", "mice")

# --- recovery: what is missing depends on x; the truth is the complete data's
set.seed(88); N2 <- 400; x <- rnorm(N2); y <- 2 + .8 * x + rnorm(N2, 0, .6); z2 <- .5 * x - .3 * y + rnorm(N2)
mar <- data.frame(x = round(x, 3), y = round(y, 3), z = round(z2, 3)); truth <- colMeans(mar); slope <- unname(coef(lm(y ~ x + z, mar)))
mar$y[runif(N2) < plogis(-.6 + 1.5 * x)] <- NA
save_data("mar", mar, "y is missing more often where x is great")
for (method in c("pmm", "norm"))
  add(paste0("recovery_", method), "mar", "imputation_recovery", list(mean_y = unname(truth["y"]), coefficients = slope),
      "mean(y) and coef(lm(y ~ x + z)) of the data before values were taken out", "hand", list(method = method, m = 40, maxit = 10, seed = 5, target = "y", model = "y ~ x + z"),
      tolerance = .1, note = sprintf("the mean of the observed y is %.3f", mean(mar$y, na.rm = TRUE)))

write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = undefined",
                datasets = DATASETS, cases = CASES), file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null")
cat(length(CASES), "cases\n")
