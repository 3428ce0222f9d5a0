# Cases of latent profiles: R's mclust, run to full convergence; lavaan for the likelihood of data
# with missing values under one profile; formulas in base R (EM for missing values, optim) where R
# has no package in Debian.
# Run from the root of the checkout: Rscript validation/statistics/mixtures.R
# Writes src/consilience/validation/cases/mixtures/. All data are made here by simulation.
suppressWarnings(suppressMessages({library(jsonlite); library(mclust); library(lavaan)}))
OUT <- "src/consilience/validation/cases/mixtures"
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
DATASETS <- list(); CASES <- list()
version_of <- function(p) if (p == "hand") "base R by hand" else paste(p, as.character(packageVersion(p)))
save_data <- function(name, df, note) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
    licence = "CC0 (made here by simulation)", source = "validation/statistics/mixtures.R", note = note)
}
add <- function(id, data, statistic, expected, call, packages, args = NULL, tolerance = 1e-6, note = NULL)
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args, expected = expected,
    tolerance = tolerance, r_call = call, r_package = sapply(packages, version_of, USE.NAMES = FALSE), note = note)

# --- data ----------------------------------------------------------------------------------
set.seed(20261126)
scales <- c("engagement", "functionality", "stress", "morale", "proficiency", "rigidity", "resistance")
kind <- rep(1:3, c(22, 17, 11))
centre <- rbind(c(57, 56, 43, 57, 58, 44, 43), c(49, 50, 51, 49, 48, 52, 50), c(40, 42, 59, 41, 43, 57, 58))
shared <- rnorm(50, 0, 2.5) %o% c(1, 1, -1, 1, 1, -1, -1)
climate <- as.data.frame(round(centre[kind, ] + shared + matrix(rnorm(350, 0, 4.5), 50), 2))
names(climate) <- scales
save_data("climate50", cbind(school = 1:50, climate), "50 invented schools, 7 scales as T-scores, three kinds")
n <- 150; of <- sample(3, n, TRUE, c(.5, .3, .2))
turn <- function(a) matrix(c(cos(a), sin(a), 0, -sin(a), cos(a), 0, 0, 0, 1), 3)
shape <- lapply(1:3, function(g) turn(g) %*% diag(c(2.2, 1, .5)) * c(.7, 1, 1.4)[g])
kinds <- t(sapply(of, function(g) rbind(c(0, 0, 0), c(5, 3, 1), c(-3, 5, 4))[g, ] + shape[[g]] %*% rnorm(3)))
kinds <- setNames(as.data.frame(round(kinds, 3)), c("a", "b", "c")); save_data("kinds", kinds, "three turned clouds")
holes <- climate; holes[matrix(runif(350) < .12, 50)] <- NA; holes[1, ] <- climate[1, ]
save_data("holes", holes, "climate50 with 12 per cent of the values taken out at random")

# --- one solution ----------------------------------------------------------------------------
TIGHT <- emControl(tol = c(1e-12, 1e-12), itmax = c(100000, 1000))
fit <- function(X, G, model) suppressWarnings(Mclust(X, G = G, modelNames = model, verbose = FALSE, control = TIGHT))
solution <- function(b, n) list(loglik = b$loglik, bic_mclust = b$bic, bic = -b$bic, npar = b$df, aic = 2 * b$df - 2 * b$loglik,
  sabic = -2 * b$loglik + b$df * log((n + 2) / 24), caic = -b$bic + b$df, icl_mclust = icl(b),
  prop = sort(b$parameters$pro), n_modal = sort(tabulate(b$classification, b$G)),
  entropy_rel = if (b$G > 1) 1 - sum(-b$z * log(pmax(b$z, 1e-300))) / (n * log(b$G)) else NULL,
  posterior_max = if (b$G > 1) apply(b$z, 1, max) else NULL, avepp = if (b$G > 1) {
    o <- order(b$parameters$pro); sapply(o, function(g) mean(b$z[b$classification == g, g])) } else NULL)
drop_null <- function(l) l[!sapply(l, is.null)]
MORE <- "a greater log-likelihood is a better optimum, and the rest is then not compared"
for (ask in list(c("EEI", 1), c("EEI", 2), c("EEI", 3), c("EEI", 4), c("VVI", 2), c("VVI", 3), c("EEE", 2), c("EEE", 3), c("VVV", 1), c("VVV", 2))) {
  G <- as.integer(ask[2]); b <- fit(climate, G, ask[1])
  add(paste0("lpa_climate_", ask[1], "_", G), "climate50", "latent_profile", drop_null(solution(b, 50)),
      sprintf("mclust::Mclust(climate50[,2:8],G=%d,modelNames='%s',control=emControl(tol=1e-12))", G, ask[1]), "mclust",
      list(classes = G, model = ask[1], columns = scales), note = MORE)
}
for (model in c("EII", "VII", "VEI", "EVI", "VEE", "EEV", "VEV", "EVV", "VVV")) {
  b <- fit(kinds, 3, model)
  if (!is.null(b)) add(paste0("lpa_kinds_", model, "_3"), "kinds", "latent_profile", drop_null(solution(b, n))[1:11],
    sprintf("mclust::Mclust(kinds,G=3,modelNames='%s',control=emControl(tol=1e-12))", model), "mclust", list(classes = 3, model = model),
    tolerance = 1e-5, note = MORE)
}
for (model in c("E", "V")) {
  b <- fit(kinds$a, 2, model)
  add(paste0("lpa_univariate_", model), "kinds", "latent_profile", drop_null(solution(b, n))[1:11],
      sprintf("mclust::Mclust(kinds$a,G=2,modelNames='%s',control=emControl(tol=1e-12))", model), "mclust",
      list(classes = 2, model = model, columns = list("a")), tolerance = 1e-5, note = MORE)
}

# --- numbers and models side by side -----------------------------------------------------------
table <- list()
for (model in c("EEI", "VVI")) for (G in 1:3) { b <- fit(climate, G, model)
  table[[paste0(model, "_", G)]] <- list(loglik = b$loglik, npar = b$df, bic_mclust = b$bic, icl_mclust = icl(b)) }
add("lpa_climate_table", "climate50", "profile_selection", c(table, list(best_bic = list(model = "EEI", profiles = 3))),
    "mclust::mclustBIC(climate50[,2:8],G=1:3,modelNames=c('EEI','VVI'),control=emControl(tol=1e-12))", "mclust",
    list(classes = 1:3, models = c("EEI", "VVI"), columns = scales))
set.seed(5); lrt <- mclustBootstrapLRT(climate, modelName = "EEI", nboot = 199, maxG = 3, verbose = FALSE)
add("lpa_climate_blrt", "climate50", "profile_lrt", list(lrt = as.numeric(lrt$obs), p = as.numeric(lrt$p.value)),
    "mclust::mclustBootstrapLRT(climate50[,2:8],modelName='EEI',nboot=199,maxG=3)", "mclust",
    list(model = "EEI", maxG = 3, nboot = 49, columns = scales), note = "p is random: absolute tolerance .15; ours with 49 replicates")

# --- missing values ----------------------------------------------------------------------------
saturated <- paste(sapply(1:7, function(i) paste(scales[i], "~~", paste(scales[i:7], collapse = "+"))), collapse = "\n")
one <- suppressWarnings(sem(saturated, holes, missing = "fiml", meanstructure = TRUE, em.h1.tol = 1e-12))
add("lpa_holes_EEE_1", "holes", "latent_profile", list(loglik = as.numeric(logLik(one)), npar = 35),
    "lavaan::sem(saturated model, holes, missing='fiml')", "lavaan", list(classes = 1, model = "EEE", columns = scales))
# EM for a diagonal model with missing values: what is missing drops out of density and sums.
em_missing <- function(X, G, start, equal) {
  X <- as.matrix(X); M <- !is.na(X); X0 <- ifelse(M, X, 0); R <- diag(G)[start, , drop = FALSE]; last <- -Inf
  for (round in 1:20000) {
    share <- colMeans(R); mu <- (t(R) %*% X0) / (t(R) %*% M)
    SS <- t(R) %*% X0^2 - 2 * mu * (t(R) %*% X0) + mu^2 * (t(R) %*% M)
    V <- if (equal) matrix(colSums(SS) / colSums(M), G, ncol(X), byrow = TRUE) else SS / (t(R) %*% M)
    L <- sapply(1:G, function(g) log(share[g]) + rowSums(ifelse(M, dnorm(t(X0), mu[g, ], sqrt(V[g, ]), log = TRUE) |> t(), 0)))
    top <- apply(L, 1, max); value <- sum(top + log(rowSums(exp(L - top)))); R <- exp(L - top); R <- R / rowSums(R)
    if (is.na(value) || value - last < 1e-11) break
    last <- value
  }
  list(loglik = value, prop = sort(share), z = R)
}
for (ask in list(list(2, TRUE), list(3, TRUE), list(2, FALSE))) {
  set.seed(9); G <- ask[[1]]
  every <- lapply(1:60, function(i) em_missing(holes, G, if (i == 1) pmin(kind, G) else sample(G, 50, TRUE), ask[[2]]))
  best <- every[[which.max(sapply(every, function(e) if (is.na(e$loglik)) -Inf else e$loglik))]]
  model <- if (ask[[2]]) "EEI" else "VVI"
  add(paste0("lpa_holes_", model, "_", G), "holes", "latent_profile",
      list(loglik = best$loglik, prop = best$prop, entropy_rel = 1 + sum(best$z * log(pmax(best$z, 1e-300))) / (50 * log(G))),
      "EM over the observed values in base R, 60 starts, to a gain of 1e-11", "hand", list(classes = G, model = model, columns = scales), note = MORE)
}

# --- nothing to be found -------------------------------------------------------------------------
flat <- climate[1:12, 1:3]; flat$morale <- 50; save_data("flat", flat, "one scale does not vary")
none <- list(loglik = NULL, bic = NULL, entropy_rel = NULL)
add("lpa_constant", "flat", "latent_profile", none, "mclust::Mclust(flat,G=2,modelNames='EEI'): no solution", "mclust", list(classes = 2, model = "EEI"))
add("lpa_more_profiles_than_schools", "flat", "latent_profile", none, "mclust::Mclust(flat[,1:3],G=13,modelNames='EEI'): error", "mclust",
    list(classes = 13, model = "EEI", columns = scales[1:3]))
stopifnot(is.null(fit(flat, 2, "EEI")))
twice <- climate[rep(1:25, 2), 1:3]; rownames(twice) <- NULL; save_data("twice", twice, "every row twice")
b <- fit(twice, 2, "EEI")
add("lpa_every_row_twice", "twice", "latent_profile", drop_null(solution(b, 50))[1:11], "mclust::Mclust(twice,G=2,modelNames='EEI')", "mclust",
    list(classes = 2, model = "EEI"), note = MORE)

# --- what goes with profiles ------------------------------------------------------------------------
n <- 240; x <- rnorm(n); chance <- cbind(1, exp(.3 + .9 * x), exp(-.2 - .6 * x)); truth <- apply(chance, 1, function(p) sample(3, 1, prob = p))
X <- rbind(c(0, 0, 0), c(2, 2, 0), c(0, 2, 2))[truth, ] + matrix(rnorm(3 * n), n)
b <- fit(X, 3, "EEI"); Z <- round(b$z, 6); Z <- Z / rowSums(Z)
related <- data.frame(p1 = Z[, 1], p2 = Z[, 2], p3 = Z[, 3], age = round(c(30, 36, 45)[truth] + rnorm(n) * c(4, 3, 6)[truth], 2),
  role = c("head", "lead", "teacher")[sapply(truth, function(g) sample(3, 1, prob = rbind(c(6, 3, 1), c(2, 5, 3), c(1, 2, 7))[g, ]))], x = round(x, 4))
related[, 1:3] <- round(related[, 1:3], 12); save_data("related", related, "membership probabilities of mclust EEI, 3 profiles, with outcomes and a covariate")
Z <- as.matrix(related[, 1:3]); columns <- c("p1", "p2", "p3"); modal <- max.col(Z, "first"); W <- diag(3)[modal, ]
D <- (t(Z) %*% W) / colSums(Z); star <- W %*% solve(D); y <- related$age
add("quality_related", "related", "profile_quality", list(avepp = sapply(1:3, function(g) mean(Z[modal == g, g])), errors = D, shares = as.numeric(colMeans(Z)),
  occ = sapply(1:3, function(g) { a <- mean(Z[modal == g, g]); s <- mean(Z[, g]); a / (1 - a) / (s / (1 - s)) }),
  entropy = 1 + sum(Z * log(pmax(Z, 1e-300))) / (n * log(3)), wrong = 1 - mean(apply(Z, 1, max))),
  "averages of the probabilities by modal profile, in base R", "hand", list(columns = columns), tolerance = 1e-8)
mu <- colSums(star * y) / colSums(star); U <- sweep(star, 2, colSums(star), "/") * outer(y, mu, "-"); V <- t(U) %*% U
C <- cbind(diag(2), -1); w <- as.numeric(t(C %*% mu) %*% solve(C %*% V %*% t(C)) %*% C %*% mu)
add("bch_age", "related", "profile_outcome", list(means = mu, se = sqrt(diag(V)), wald = w, df = 2, p = pchisq(w, 2, lower.tail = FALSE)),
    "W %*% solve(D) weighted means, sandwich covariance, Wald test, in base R", "hand", list(columns = columns, outcome = "age", method = "BCH"), tolerance = 1e-8)
role <- sapply(sort(unique(related$role)), function(r) as.numeric(related$role == r))
add("bch_role", "related", "profile_outcome", list(probabilities = unname((t(star) %*% role) / colSums(star))), "W %*% solve(D) weighted shares, in base R", "hand",
    list(columns = columns, outcome = "role", method = "BCH"), tolerance = 1e-8)
# Three-step likelihoods, by optim from several starts; covariance as a sandwich of numbers.
numeric_scores <- function(f, at) sapply(seq_along(at), function(j) { h <- 1e-5 * max(1, abs(at[j])); e <- replace(0 * at, j, h); (f(at + e) - f(at - e)) / (2 * h) })
sandwich <- function(f, at) { S <- numeric_scores(f, at); H <- numeric_scores(function(v) colSums(numeric_scores(f, v)), at); B <- solve((H + t(H)) / 2); B %*% (t(S) %*% S) %*% B }
best_of <- function(f, starts) { g <- function(v) -sum(f(v)); o <- lapply(starts, function(s) { a <- optim(s, g, method = "BFGS", control = list(maxit = 5000, reltol = 1e-15)); optim(a$par, g, method = "BFGS", control = list(maxit = 5000, reltol = 1e-16)) }); o[[which.min(sapply(o, `[[`, "value"))]]$par }
ys <- (y - mean(y)) / sd(y)
each <- function(v) { s <- exp(c(v[1:2], 0)); s <- s / sum(s); dens <- sapply(1:3, function(g) dnorm(ys, v[2 + g], exp(v[5 + g] / 2))); log(rowSums(t(s * t(dens)) * t(D[, modal]))) }
v <- best_of(each, lapply(1:6, function(i) c(0, 0, (mu - mean(y)) / sd(y), rep(-1, 3)) + (i > 1) * rnorm(8, 0, .2)))
K <- sandwich(each, v)[3:5, 3:5] * sd(y)^2; m <- mean(y) + sd(y) * v[3:5]; w <- as.numeric(t(C %*% m) %*% solve(C %*% K %*% t(C)) %*% C %*% m)
add("ml_age", "related", "profile_outcome", list(means = m, variances = exp(v[6:8]) * sd(y)^2, se = sqrt(diag(K)), wald = w, df = 2),
    "optim of sum(log(share * D[, modal] * dnorm)), numerical sandwich, in base R", "hand", list(columns = columns, outcome = "age", method = "ML"), tolerance = 1e-4)
logit <- function(v) { e <- cbind(1, exp(cbind(1, related$x) %*% matrix(v, 2))); log(rowSums(e / rowSums(e) * t(D[, modal]))) }
v <- best_of(logit, list(rep(0, 4), c(.3, .9, -.2, -.6))); K <- sandwich(logit, v); k <- c(2, 4)
add("ml_covariate", "related", "profile_covariates", list(coefficients = rbind(0, matrix(v, 2, byrow = TRUE)), se = rbind(0, matrix(sqrt(diag(K)), 2, byrow = TRUE)),
  loglik = sum(logit(v)), wald = as.numeric(t(v[k]) %*% solve(K[k, k]) %*% v[k]), df = 2), "optim of sum(log(P(profile | x) * D[, modal])), in base R", "hand",
  list(columns = columns, covariates = "x", method = "ML"), tolerance = 1e-4)

write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = undefined",
  datasets = DATASETS, cases = CASES), file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null")
cat(length(CASES), "cases\n")
