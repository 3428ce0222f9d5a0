# Cases of relative importance in linear models. relaimpo, domir and dominanceanalysis are not in
# Debian, so R fits every subset by lm.wfit here and the averages are written out.
# Run from the root of the checkout: Rscript validation/statistics/importance.R
suppressWarnings(suppressMessages(library(jsonlite)))
OUT <- "src/consilience/validation/cases/importance"
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
DATASETS <- list(); CASES <- list()
save_data <- function(name, df, note) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
    licence = "CC0 (made here by simulation)", source = "validation/statistics/importance.R", note = note)
}
add <- function(id, data, statistic, expected, call, args = NULL, tolerance = 1e-8, note = NULL)
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args, expected = expected,
    tolerance = tolerance, r_call = call, r_package = "stats::lm.wfit, every subset (R 4.2.2)", note = note)

# R2 of the columns of some players, and general dominance by its definition over subsets.
r2 <- function(y, X, w = rep(1, length(y))) { if (!ncol(X)) return(0)
  f <- lm.wfit(cbind(1, X), y, w); 1 - sum(w * f$residuals^2) / sum(w * (y - weighted.mean(y, w))^2) }
fits <- function(y, X, players, always = integer(0), w = rep(1, length(y))) sapply(0:(2^length(players) - 1), function(m)
  r2(y, X[, c(always, unlist(players[bitwAnd(m, 2^(seq_along(players) - 1)) > 0])), drop = FALSE], w))
general <- function(f, p) sapply(seq_len(p), function(i) { S <- which(bitwAnd(0:(2^p - 1), 2^(i - 1)) == 0) - 1
  s <- sapply(S, function(m) sum(as.integer(intToBits(m)))); sum((f[S + 2^(i - 1) + 1] - f[S + 1]) * factorial(s) * factorial(p - 1 - s)) / factorial(p) })
levels_of <- function(f, p) setNames(lapply(0:(p - 1), function(k) sapply(seq_len(p), function(i) { S <- which(bitwAnd(0:(2^p - 1), 2^(i - 1)) == 0) - 1
  s <- sapply(S, function(m) sum(as.integer(intToBits(m)))); mean((f[S + 2^(i - 1) + 1] - f[S + 1])[s == k]) })), 0:(p - 1))
complete <- function(f, p) { M <- matrix(.5, p, p); for (i in 1:p) for (j in 1:p) if (i != j) {
  S <- which(bitwAnd(0:(2^p - 1), 2^(i - 1) + 2^(j - 1)) == 0) - 1; d <- f[S + 2^(i - 1) + 1] - f[S + 2^(j - 1) + 1]
  M[i, j] <- if (all(d > 0)) 1 else if (all(d < 0)) 0 else .5 }; M }
named <- function(x, n) setNames(as.list(x), n)

set.seed(821); n <- 93
Z <- matrix(rnorm(n * 6), n) + .8 * rnorm(n); d <- as.data.frame(round(Z, 3)); names(d) <- c("sharing", "thresholds", "help", "roles", "trust", "leadership")
d$kind <- sample(c("county", "borough", "unitary"), n, TRUE); d$w <- round(runif(n, .5, 3), 2)
d$success <- round(with(d, .6 * trust + .4 * sharing + .2 * leadership + .5 * (kind == "county")) + rnorm(n), 3)
save_data("answers", d, "93 answers: success, six constructs, a factor, weights"); y <- d$success
six <- names(d)[1:6]; X <- as.matrix(d[six]); F <- model.matrix(~ kind, d)[, -1]
f <- fits(y, X, as.list(1:6)); g <- general(f, 6); first <- f[2^(0:5) + 1]; last <- f[64] - f[64 - 2^(0:5)]
C <- cor(cbind(y, X)); R <- C[-1, -1]; v <- C[-1, 1]; e <- eigen(R); root <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
b <- solve(R, v); om <- solve(root, v); call6 <- "lm(success ~ sharing + thresholds + help + roles + trust + leadership)"
add("lmg_six", "answers", "relative_importance", list(R2 = f[64], lmg = named(g, six), first = named(first, six), last = named(last, six),
    betasq = named(b^2, six), pratt = named(b * v, six), car = named(om^2, six), genizi = named(as.numeric(root^2 %*% om^2), six)),
    paste0("relaimpo's lmg, first, last, betasq, pratt, car, genizi by definition: ", call6))
add("lmg_share", "answers", "relative_importance", list(lmg = named(g / sum(g), six)), paste0("relaimpo lmg with rela=TRUE: ", call6), list(normalise = TRUE))
add("dominance_six", "answers", "dominance_analysis", list(general = named(g, six), conditional = lapply(levels_of(f, 6), named, six),
    complete = { M <- as.data.frame(complete(f, 6)); names(M) <- six; rownames(M) <- six; M }), paste0("dominanceanalysis by definition: ", call6))
add("johnson_six", "answers", "johnson_relative_weights", list(raw = named(as.numeric(root^2 %*% om^2), six), rsq = sum(b * v)),
    paste0("Johnson (2000) by eigen: ", call6))
W <- fits(y, X, as.list(1:6), w = d$w)
add("lmg_weights", "answers", "relative_importance", list(R2 = W[64], lmg = named(general(W, 6), six)), paste0(call6, ", weights=w"), list(weights = "w"))
G <- fits(y, X, list(3, 4, c(1, 2), c(5, 6))); names_g <- c("help", "roles", "practice", "culture")
add("lmg_groups", "answers", "relative_importance", list(lmg = named(general(G, 4), names_g)), paste0(call6, " in groups"),
    list(groups = list(practice = c("sharing", "thresholds"), culture = c("trust", "leadership"))))
A <- fits(y, X[, -1], as.list(2:5), always = 1); kept <- six[-c(1, 2)]
A <- fits(y, X, as.list(3:6), always = c(1, 2))
add("lmg_always", "answers", "relative_importance", list(R2 = A[16], R2decomp = A[16] - A[1], lmg = named(general(A, 4), kept)),
    paste0("relaimpo lmg with always=c('sharing','thresholds'): ", call6), list(always = c("sharing", "thresholds")))
K <- fits(y, cbind(X[, 5:6], F), list(1, 2, 3:4))
add("lmg_factor", "answers", "relative_importance", list(R2 = K[8], lmg = named(general(K, 3), c("trust", "leadership", "kind"))),
    "a factor as one player: lm(success ~ trust + leadership + kind)")
add("dominance_sets", "answers", "domir", list(general_dominance = named(general(G, 4), names_g), standardized = named(general(G, 4) / sum(general(G, 4)), names_g)),
    paste0("domir with sets: ", call6), list(sets = list(practice = c("sharing", "thresholds"), culture = c("trust", "leadership"))))
gaps <- d; gaps$trust[c(3, 40)] <- NA; gaps$success[17] <- NA; save_data("gaps", gaps, "the same with three values missing")
ok <- complete.cases(gaps[c("success", six)]); H <- fits(gaps$success[ok], as.matrix(gaps[ok, six]), as.list(1:6))
add("lmg_gaps", "gaps", "relative_importance", list(lmg = named(general(H, 6), six)), paste0("complete cases: ", call6))
set.seed(822); reps <- t(replicate(1500, { i <- sample(n, n, TRUE); general(fits(y[i], X[i, c(1, 5, 6)], as.list(1:3)), 3) })); three <- six[c(1, 5, 6)]
add("lmg_bootstrap", "answers", "relative_importance_bootstrap", list(lmg = named(general(fits(y, X[, c(1, 5, 6)], as.list(1:3)), 3), three),
    low = named(apply(reps, 2, quantile, .025), three), high = named(apply(reps, 2, quantile, .975), three)),
    "quantile(replicate(1500, lmg of resampled cases), c(.025, .975)): lm(success ~ sharing + trust + leadership)", list(B = 4000), tolerance = .02)
set.seed(823); p <- 12; L <- as.data.frame(round(matrix(rnorm(60 * p), 60) + .5 * rnorm(60), 2)); names(L) <- paste0("x", 1:p)
L$y <- round(as.matrix(L) %*% c(1, .8, .6, .4, .2, rep(0, p - 5)) + 2 * rnorm(60), 2)[, 1]; save_data("twelve", L, "60 cases, 12 predictors")
T <- fits(L$y, as.matrix(L[1:p]), as.list(1:p))
add("lmg_twelve", "twelve", "relative_importance", list(R2 = T[2^p], lmg = named(general(T, p), names(L)[1:p])), "lm(y ~ ., twelve)")
write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = undefined",
  datasets = DATASETS, cases = CASES), file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null", rownames = TRUE)
cat(length(CASES), "cases\n")
