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
# --- what relaimpo, domir, rwa and dominanceanalysis give beside -------------------------------
rows <- function(M, names) { M <- as.data.frame(M); names(M) <- names; rownames(M) <- names; M }
share <- function(f, p) { M <- matrix(NA_real_, p, p); for (i in 1:p) for (j in 1:p) if (i != j) {
  S <- which(bitwAnd(0:(2^p - 1), 2^(i - 1) + 2^(j - 1)) == 0) - 1; M[i, j] <- mean(f[S + 2^(i - 1) + 1] > f[S + 2^(j - 1) + 1]) }; M }
as_domir <- function(f, names) { p <- length(names); g <- general(f, p); by <- do.call(cbind, levels_of(f, p))
  L <- as.data.frame(by); names(L) <- paste0("include_at_", 1:p); rownames(L) <- names
  list(General_Dominance = named(g, names), Standardized = named(g / sum(g), names), Ranks = named(rank(-g), names),
    Conditional_Dominance = L, Complete_Dominance = rows(share(f, p), names), Value = f[2^p], Value_All = f[1]) }
add("domir_six", "answers", "domir", as_domir(f, six), "domir(success ~ sharing + thresholds + help + roles + trust + leadership, r2) by definition")
add("domir_sets", "answers", "domir", as_domir(G, c("help", "roles", "set1", "set2")),
    "domir(success ~ sharing + thresholds + help + roles + trust + leadership, r2, .set=list(~ sharing + thresholds, ~ trust + leadership)) by definition")
add("domir_all", "answers", "domir", as_domir(A, kept),
    "domir(success ~ sharing + thresholds + help + roles + trust + leadership, r2, .all=~ sharing + thresholds) by definition")
truth <- function(f, p) { M <- complete(f, p); T <- M == 1; T[M == .5] <- NA; T }
add("domin_six", "answers", "domin", list(General_Dominance = named(g, six), Complete_Dominance = rows(truth(f, 6), six)),
    "domin(success ~ sharing + thresholds + help + roles + trust + leadership, lm, list(summary, 'r.squared')) by definition")
partial <- function(w) { D <- cbind(y, X); E <- sapply(3:6 + 1, function(j) lm.wfit(cbind(1, X[, 1:2]), D[, j], w)$residuals)
  e <- lm.wfit(cbind(1, X[, 1:2]), y, w)$residuals; V <- crossprod(sqrt(w) * cbind(e, E)); C <- cov2cor(V); R <- C[-1, -1]; v <- C[-1, 1]
  out <- V[1, 1] / sum(w * (y - weighted.mean(y, w))^2); e <- eigen(R); h <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors); o <- solve(h, v)
  list(betasq = named(solve(R, v)^2 * out, kept), pratt = named(solve(R, v) * v * out, kept), car = named(o^2 * out, kept), genizi = named(as.numeric(h^2 %*% o^2) * out, kept)) }
Aw <- fits(y, X, as.list(3:6), always = c(1, 2), w = d$w)
add("always_weights", "answers", "relative_importance", c(list(R2 = Aw[16], R2decomp = Aw[16] - Aw[1], lmg = named(general(Aw, 4), kept)), partial(d$w)),
    paste0("residuals of all others on the two that are always in, each as a share of all variance: ", call6, ", weights=w"),
    list(always = c("sharing", "thresholds"), weights = "w"))
add("ranks_and_differences", "answers", "relative_importance", list(lmg.rank = named(7 - rank(g), six), lmg.diff = setNames(as.list(-combn(g, 2, diff)), combn(six, 2, paste, collapse = "-"))),
    paste0("calc.relimp(rank=TRUE, diff=TRUE) by definition: ", call6))
set.seed(824); q <- 14; N <- 120; S <- matrix(rnorm(N * 12), N) + .6 * rnorm(N); S <- as.data.frame(round(S, 2)); names(S) <- paste0("p", 1:12)
S$region <- sample(c("north", "mid", "south", "west"), N, TRUE); S$phase <- sample(1:3, N, TRUE); S$weight <- round(rexp(N) + .2, 2)
S$y <- round(as.matrix(S[1:12]) %*% seq(1, 0, length.out = 12) + (S$region == "west") + .5 * (S$phase == 2) + 3 * rnorm(N), 2)[, 1]
save_data("fourteen", S, "120 cases, 14 predictors of which two are factors, weights")
D14 <- transform(S[c(paste0("p", 1:12), "region", "phase")], phase = factor(phase)); M14 <- model.matrix(~ ., D14); of14 <- attr(M14, "assign")[-1]
M14 <- M14[, -1]; at <- function(n) which(of14 == match(n, names(D14)))
each14 <- lapply(c(paste0("p", 1:12), "region", "phase"), at); who14 <- c(paste0("p", 1:12), "region", "phase"); stopifnot(lengths(each14) == c(rep(1, 12), 3, 2))
f14 <- fits(S$y, M14, each14[c(1:8, 13, 14)], w = S$weight); who10 <- who14[c(1:8, 13, 14)]
add("factors_weights", "fourteen", "relative_importance", list(R2 = f14[2^10], lmg = named(general(f14, 10), who10), first = named(f14[2^(0:9) + 1], who10), last = named(f14[2^10] - f14[2^10 - 2^(0:9)], who10)),
    "lm(y ~ p1 + p2 + p3 + p4 + p5 + p6 + p7 + p8 + region + factor(phase), fourteen, weights=weight)", list(weights = "weight"))
four_groups <- list(early = paste0("p", 1:4), middle = paste0("p", 5:8), late = paste0("p", 9:12), place = c("region", "phase"))
f4 <- fits(S$y, M14, lapply(four_groups, function(g) unlist(lapply(g, at))), w = S$weight)
add("groups_of_fourteen", "fourteen", "relative_importance", list(R2 = f4[16], lmg = named(general(f4, 4), names(four_groups)), first = named(f4[2^(0:3) + 1], names(four_groups))),
    "calc.relimp(lm(y ~ ., fourteen, weights=weight), groups=..., groupnames=...) by definition, phase a factor",
    list(formula = paste("y ~", paste(who14, collapse = " + ")), factors = I("phase"), groups = unname(four_groups), groupnames = names(four_groups), weights = "weight"))
K5 <- round(cov(cbind(success = y, X)), 6); save_data("moments", as.data.frame(K5), "covariances of success and six constructs in answers")
k5 <- cov2cor(K5); e5 <- eigen(k5[-1, -1]); h5 <- e5$vectors %*% diag(sqrt(e5$values)) %*% t(e5$vectors); o5 <- solve(h5, k5[-1, 1]); raw5 <- as.numeric(h5^2 %*% o5^2)
add("johnson_of_moments", "moments", "johnson_relative_weights", list(raw = named(raw5, six), rescaled = named(100 * raw5 / sum(raw5), six), rsq = sum(raw5)), "Johnson (2000) by eigen of cov2cor(moments)")
r2_of <- function(k) if (!length(k)) 0 else sum(solve(k5[k + 1, k + 1], k5[k + 1, 1]) * k5[k + 1, 1]); f5 <- sapply(0:63, function(m) r2_of(which(bitwAnd(m, 2^(0:5)) > 0)))
add("lmg_of_moments", "moments", "relative_importance", list(R2 = f5[64], lmg = named(general(f5, 6), six), betasq = named(solve(k5[-1, -1], k5[-1, 1])^2, six)), "calc.relimp(moments) by definition")
Q <- cor(gaps[c("success", six)], use = "pairwise.complete.obs"); eq <- eigen(Q[-1, -1]); hq <- eq$vectors %*% diag(sqrt(eq$values)) %*% t(eq$vectors); oq <- solve(hq, Q[-1, 1])
add("johnson_pairwise", "gaps", "johnson_relative_weights", list(raw = named(as.numeric(hq^2 %*% oq^2), six), rsq = sum(oq^2)),
    "rwa(gaps, 'success', six) by definition: eigen(cor(success ~ sharing + thresholds + help + roles + trust + leadership, use='pairwise.complete.obs'))")
set.seed(825); F3 <- X[, c(1, 5, 6)]; m3 <- lm.fit(cbind(1, F3), y); refit <- t(replicate(1500, general(fits(m3$fitted.values + sample(m3$residuals, n, TRUE), F3, as.list(1:3)), 3)))
add("lmg_residuals", "answers", "relative_importance_bootstrap", list(lower = named(apply(refit, 2, quantile, .05), three), upper = named(apply(refit, 2, quantile, .95), three)),
    "boot.relimp(fixed=TRUE, level=.9) by definition: lm(success ~ sharing + trust + leadership)", list(b = 1500, fixed = TRUE, level = .9), tolerance = .02)
set.seed(826); again <- replicate(1500, { i <- sample(n, n, TRUE); v <- fits(y[i], F3[i, ], as.list(1:3)); complete(v, 3) })
pij <- function(k) { M <- apply(again == k, 1:2, mean); rows(M, three) }
add("dominance_reproduced", "answers", "dominance_bootstrap", list(complete = list(mDij = rows(apply(again, 1:2, mean), three), Pnoij = { M <- pij(.5); M })),
    "bootDominanceAnalysis by definition: lm(success ~ sharing + trust + leadership)", list(R = 1500), tolerance = .04)
write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = undefined",
  datasets = DATASETS, cases = CASES), file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = I(13), pretty = 1, na = "null", null = "null", rownames = TRUE)
cat(length(CASES), "cases\n")
