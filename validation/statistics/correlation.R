# Cases of intraclass correlation, alpha, profile similarity and Gower's distance: R's psych, lme4
# and cluster; formulas in base R where R has no package in Debian (irr's forms of McGraw and
# Wong, alpha as a loop over pairs, the exact permutation test).
# Run from the root of the checkout: Rscript validation/statistics/correlation.R
suppressWarnings(suppressMessages({library(jsonlite); library(psych); library(lme4); library(cluster)}))
OUT <- "src/consilience/validation/cases/correlation"
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
DATASETS <- list(); CASES <- list()
version_of <- function(p) if (p == "hand") "base R by hand" else paste(p, as.character(packageVersion(p)))
save_data <- function(name, df, note) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
    licence = "CC0 (made here by simulation)", source = "validation/statistics/correlation.R", note = note)
}
add <- function(id, data, statistic, expected, call, packages, args = NULL, tolerance = 1e-8, note = NULL)
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args, expected = expected,
    tolerance = tolerance, r_call = call, r_package = sapply(packages, version_of, USE.NAMES = FALSE), note = note)

# --- intraclass correlation
set.seed(811)
n <- 25; k <- 4
X <- outer(rnorm(n, 0, 1.2), rep(1, k)) + outer(rep(1, n), rnorm(k, 0, .6)) + matrix(rnorm(n * k, 0, .8), n)
whole <- setNames(as.data.frame(round(X + 3, 2)), paste0("r", 1:k)); save_data("whole", whole, "25 units, 4 raters")
gaps <- whole; for (cell in sample(n * k, 18)) gaps[(cell - 1) %% n + 1, (cell - 1) %/% n + 1] <- NA
save_data("gaps", gaps, "the same with 18 ratings missing")
forms <- function(r) setNames(lapply(1:6, function(i) list(icc = r$ICC[i], F = r$F[i], df1 = r$df1[i], df2 = r$df2[i], p = r$p[i],
  ci_low = r$`lower bound`[i], ci_high = r$`upper bound`[i])), c("ICC1_1", "ICC2_1", "ICC3_1", "ICC1_k", "ICC2_k", "ICC3_k"))
add("icc_whole_90", "whole", "icc_all_forms", forms(ICC(whole, lmer = FALSE, alpha = .1)$results),
    "psych::ICC(d, lmer=FALSE, alpha=.1)$results", "psych", list(alpha = .1))
add("icc_gaps", "gaps", "icc_all_forms", forms(ICC(gaps, lmer = TRUE)$results), "psych::ICC(d, lmer=TRUE)$results",
    c("psych", "lme4"), tolerance = 2e-5, note = "variances by restricted likelihood; lme4 stops at about 1e-6")
long <- data.frame(y = unlist(gaps), s = factor(rep(1:n, k)), r = factor(rep(1:k, each = n)))
two <- as.data.frame(VarCorr(lmer(y ~ 1 + (1 | s) + (1 | r), long)))$vcov
add("icc_gaps_lme4", "gaps", "icc_reml", list(var_subject = two[1], var_rater = two[2], var_error = two[3],
    agreement = two[1] / sum(two), consistency = two[1] / (two[1] + two[3]), agreement_k = two[1] / (two[1] + (two[2] + two[3]) / k)),
    "VarCorr(lme4::lmer(y ~ 1 + (1|subject) + (1|rater)))", "lme4", tolerance = 2e-5)
one <- as.data.frame(VarCorr(lmer(y ~ 1 + (1 | s), long)))$vcov
add("icc_gaps_lme4_oneway", "gaps", "icc_reml", list(var_subject = one[1], var_error = one[2], icc = one[1] / sum(one)),
    "VarCorr(lme4::lmer(y ~ 1 + (1|subject)))", "lme4", tolerance = 2e-5)
# McGraw and Wong (1996), Tables 4, 7 and 8, against a null that is not 0; or as irr 0.84.1 has the
# agreement forms: degrees of freedom of F at the estimate, and the average one in its own place.
mcgraw <- function(Y, form, of_mean, r0, irr = FALSE, level = .95) {
  n <- nrow(Y); k <- ncol(Y); g <- mean(Y); MSR <- k * var(rowMeans(Y)); MSC <- n * var(colMeans(Y))
  MSW <- sum(apply(Y, 1, var)) / n; MSE <- sum((Y - outer(rowMeans(Y), colMeans(Y), "+") + g)^2) / ((n - 1) * (k - 1)); al <- 1 - level
  if (form == "agreement") {
    icc <- if (of_mean) (MSR - MSE) / (MSR + (MSC - MSE) / n) else (MSR - MSE) / (MSR + (k - 1) * MSE + k * (MSC - MSE) / n)
    a <- if (of_mean) r0 / (n * (1 - r0)) else k * r0 / (n * (1 - r0))
    b <- if (of_mean) 1 + r0 * (n - 1) / (n * (1 - r0)) else 1 + k * r0 * (n - 1) / (n * (1 - r0))
    v <- (a * MSC + b * MSE)^2 / ((a * MSC)^2 / (k - 1) + (b * MSE)^2 / ((n - 1) * (k - 1))); F <- MSR / (a * MSC + b * MSE); df2 <- v
    a <- if (of_mean && !irr) icc / (n * (1 - icc)) else k * icc / (n * (1 - icc)); b <- 1 + a * (n - 1)
    v <- (a * MSC + b * MSE)^2 / ((a * MSC)^2 / (k - 1) + (b * MSE)^2 / ((n - 1) * (k - 1)))
    if (irr) df2 <- v
    fl <- qf(1 - al / 2, n - 1, v); fu <- qf(1 - al / 2, v, n - 1)
    if (of_mean) { low <- n * (MSR - fl * MSE) / (fl * (MSC - MSE) + n * MSR); high <- n * (fu * MSR - MSE) / (MSC - MSE + n * fu * MSR) }
    else { low <- n * (MSR - fl * MSE) / (fl * (k * MSC + (k * n - k - n) * MSE) + n * MSR)
      high <- n * (fu * MSR - MSE) / (k * MSC + (k * n - k - n) * MSE + n * fu * MSR) }
  } else {
    E <- if (form == "oneway") MSW else MSE; df2 <- if (form == "oneway") n * (k - 1) else (n - 1) * (k - 1)
    icc <- if (of_mean) (MSR - E) / MSR else (MSR - E) / (MSR + (k - 1) * E)
    F <- MSR / E * (if (of_mean) 1 - r0 else (1 - r0) / (1 + (k - 1) * r0))
    fl <- MSR / E / qf(1 - al / 2, n - 1, df2); fu <- MSR / E * qf(1 - al / 2, df2, n - 1)
    low <- if (of_mean) 1 - 1 / fl else (fl - 1) / (fl + k - 1); high <- if (of_mean) 1 - 1 / fu else (fu - 1) / (fu + k - 1)
  }
  list(value = icc, Fvalue = F, df1 = n - 1, df2 = df2, p.value = pf(F, n - 1, df2, lower.tail = FALSE), lbound = low, ubound = high)
}
for (form in c("oneway", "consistency", "agreement")) for (unit in c("single", "average")) {
  model <- if (form == "oneway") "oneway" else "twoway"; type <- if (form == "agreement") "agreement" else "consistency"
  add(paste("icc", form, unit, "null", sep = "_"), "whole", "icc", mcgraw(as.matrix(whole), form, unit == "average", .4),
      "McGraw and Wong (1996), Tables 4, 7 and 8", "hand", list(model = model, type = type, unit = unit, r0 = .4))
  add(paste("icc", form, unit, "irr", sep = "_"), "whole", "icc", mcgraw(as.matrix(whole), form, unit == "average", .2, irr = TRUE),
      sprintf("formulas of irr::icc(d, model='%s', type='%s', unit='%s', r0=.2)", model, type, unit), "hand",
      list(model = model, type = type, unit = unit, r0 = .2))
}

# --- Krippendorff's alpha, pair by pair
alpha <- function(D, metric, U = NULL) {
  D <- as.matrix(D); D <- D[rowSums(!is.na(D)) > 1, , drop = FALSE]; v <- D[!is.na(D)]; n <- length(v); tot <- table(v); lev <- as.numeric(names(tot))
  gap <- function(a, b) switch(metric, nominal = as.numeric(a != b), interval = (a - b)^2, ratio = if (a + b == 0) 0 else ((a - b) / (a + b))^2,
    circular = sin(pi * (a - b) / U)^2, ordinal = { lo <- min(a, b); hi <- max(a, b); (sum(tot[lev >= lo & lev <= hi]) - (tot[[as.character(a)]] + tot[[as.character(b)]]) / 2)^2 })
  Do <- sum(apply(D, 1, function(u) { u <- u[!is.na(u)]; sum(outer(seq_along(u), seq_along(u), Vectorize(function(i, j) gap(u[i], u[j])))) / (length(u) - 1) }))
  De <- sum(outer(seq_along(lev), seq_along(lev), Vectorize(function(i, j) tot[[i]] * tot[[j]] * gap(lev[i], lev[j]))))
  1 - (n - 1) * Do / De
}
set.seed(812)
base <- sample(c(0, 1, 2, 4, 7), 40, TRUE); R <- sapply(1:3, function(r) ifelse(runif(40) < .65, base, sample(c(0, 1, 2, 4, 7), 40, TRUE)))
R[runif(120) < .2] <- NA; R[5, ] <- NA; R[6, 2:3] <- NA; ratings <- setNames(as.data.frame(R), c("a", "b", "c"))
save_data("ratings", ratings, "40 units, 3 raters, values 0 to 7 with some unused, a fifth missing, one unit rated by nobody")
for (metric in c("nominal", "ordinal", "interval", "ratio")) add(paste0("alpha_", metric), "ratings", "krippendorff_alpha",
  list(alpha = alpha(ratings, metric)), "Krippendorff (2011), section E, pair by pair", "hand", list(metric = metric))
add("alpha_circular", "ratings", "krippendorff_alpha", list(alpha = alpha(ratings, "circular", 8)),
    "Krippendorff (2011), section E, pair by pair", "hand", list(metric = "circular", period = 8))
same <- data.frame(a = rep(2, 6), b = rep(2, 6)); save_data("same", same, "one value throughout")
add("alpha_no_variation", "same", "krippendorff_alpha", list(alpha = NULL), "0 / 0", "hand", list(metric = "nominal"))
set.seed(813); reps <- replicate(4000, alpha(ratings[sample(40, 40, TRUE), ], "interval"))
add("alpha_bootstrap", "ratings", "krippendorff_alpha_bootstrap", list(alpha = alpha(ratings, "interval"),
    low = quantile(reps, .025, names = FALSE), high = quantile(reps, .975, names = FALSE)), "quantile(replicate(4000, alpha(d[sample(40, 40, TRUE), ])), c(.025, .975))",
    "hand", list(metric = "interval"), tolerance = .02, note = "resamples all units, paired or not; percentile interval")

# --- profiles of three informants
set.seed(814)
areas <- expand.grid(agency = c("EDU", "CSC", "LSCB"), area = 1:5)[, 2:1]
shared <- matrix(sample(1:5, 5 * 10, TRUE), 5)[areas$area, ]
P <- matrix(pmin(5, pmax(1, shared + sample(-2:2, 150, TRUE))), 15); profiles <- cbind(areas, setNames(as.data.frame(P), paste0("q", 1:10)))
profiles[4, 3:12] <- 3
save_data("profiles", profiles, "5 areas, 3 informants, 10 items; one profile is constant")
parts <- function(x, y) { k <- length(x); s <- function(v) sqrt(sum((v - mean(v))^2)); r <- suppressWarnings(cor(x, y))
  list(D2 = sum((x - y)^2), elevation = k * (mean(x) - mean(y))^2, scatter = (s(x) - s(y))^2, pearson = if (is.na(r)) NULL else r,
       double_entry_icc = cor(c(x, y), c(y, x)), lin_ccc = 2 * cov(x, y) / (var(x) + var(y) + (mean(x) - mean(y))^2), mad = mean(abs(x - y))) }
found <- list(); for (a in 1:5) for (p in list(c(1, 2), c(1, 3), c(2, 3))) { M <- P; M[4, ] <- 3; rows <- which(areas$area == a)
  found[[paste(a, areas$agency[rows[p[1]]], areas$agency[rows[p[2]]], sep = "|")]] <- parts(M[rows[p[1]], ], M[rows[p[2]], ]) }
add("profiles_parts", "profiles", "profile_similarity", found, "parts of D squared, double-entry ICC, Lin's CCC in base R", "hand")
M <- P; M[4, ] <- 3; E <- M[areas$agency == "EDU", ]; S <- M[areas$agency == "CSC", ]; L <- M[areas$agency == "LSCB", ]
perms <- function(v) if (length(v) == 1) matrix(v, 1) else do.call(rbind, lapply(seq_along(v), function(i) cbind(v[i], perms(v[-i]))))
A <- perms(1:5); mad <- function(x, y) rowMeans(abs(x - y))
all <- outer(1:120, 1:120, Vectorize(function(i, j) { s <- S[A[i, ], ]; l <- L[A[j, ], ]; mean((mad(E, s) + mad(E, l) + mad(s, l)) / 3) }))
own <- mean((mad(E, S) + mad(E, L) + mad(S, L)) / 3)
add("profiles_exact_permutation", "profiles", "congruence_permutation", list(observed = own, p = mean(all <= own + 1e-12), permutations = 14400),
    "mean absolute difference over all 120 x 120 arrangements", "hand", list(index = "mad"))

# --- Gower, with an ordered, an asymmetric and a missing value
set.seed(815)
units <- data.frame(type = sample(c("county", "unitary", "borough"), 14, TRUE), deprivation = sample(c("low", "middle", "high"), 14, TRUE),
  special = rbinom(14, 1, .3), pupils = round(rnorm(14, 900, 300)), rural = rbinom(14, 1, .5))
units$pupils[3] <- NA; units$type[5] <- NA; save_data("units", units, "14 units, mixed attributes")
f <- within(units, { type <- factor(type); deprivation <- factor(deprivation, levels = c("low", "middle", "high"), ordered = TRUE) })
g <- as.matrix(suppressWarnings(daisy(f, metric = "gower", type = list(asymm = "special", symm = "rural"), weights = c(1, 2, 1, 1, .5))))
add("gower_mixed", "units", "gower_distance", list(first_row = as.numeric(g[1, ]), sum = sum(g), max = max(g)),
    "cluster::daisy(d, 'gower', type=list(asymm='special', symm='rural'), weights=c(1,2,1,1,.5))", "cluster",
    list(nominal = "type", ordinal = "deprivation", levels = list(deprivation = c("low", "middle", "high")), asymmetric_binary = "special",
         numeric = "pupils", symmetric_binary = "rural", weights = list(type = 1, deprivation = 2, special = 1, pupils = 1, rural = .5)))
write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = undefined",
  datasets = DATASETS, cases = CASES), file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null")
cat(length(CASES), "cases\n")
