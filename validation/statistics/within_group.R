# Cases of within-group agreement and variance components, on data made here.
# Run: Rscript validation/statistics/within_group.R   (from the root of the checkout)
# Needs R with multilevel, nlme, lme4 and jsonlite. What no package gives is written out in base R.
suppressWarnings(suppressMessages({library(multilevel); library(nlme); library(lme4); library(jsonlite)}))
OUT <- "src/consilience/validation/cases/within_group"
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
CASES <- list(); DATASETS <- list()
ver <- function(p) if (p %in% c("base", "stats")) paste("R", getRversion()) else paste(p, packageVersion(p))
save_data <- function(name, d, source) {
  write.csv(d, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(d), columns = names(d),
    licence = "CC0 (made here by simulation)", source = source)
}
add <- function(id, data, statistic, expected, call, pkg, args = NULL, tol = 1e-8, note = NULL)
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args,
    expected = expected, tolerance = tol, r_call = call, r_package = sapply(pkg, ver, USE.NAMES = FALSE), note = note)

# --- data: 24 schools in 4 areas, 8 items of 5 points; a few answers missing, one school of one,
# one where all answer alike, one in two camps.
set.seed(20171)
size <- c(9, 3, 14, 1, 6, 22, 5, 8, 2, 11, 4, 7, 30, 6, 5, 12, 3, 9, 18, 4, 6, 10, 7, 5)
school <- rep(101:124, size); area <- rep(rep(c("East", "Mid", "North", "South"), each = 6), size)[seq_along(school)]
n <- length(school)
level <- rnorm(24, 0, .6)[school - 100]
person <- level + rnorm(n, 0, .8)
items <- sapply(1:8, function(j) pmin(5, pmax(1, round(3.3 + .8 * person + rnorm(n, 0, .7)))))
colnames(items) <- paste0("C", 1:8)
items[school == 105, ] <- rep(items[which(school == 105)[1], ], each = sum(school == 105))
items[school == 111, ] <- rep(c(1, 5, 1, 5), 8)
d <- data.frame(area, school, team = ifelse(seq_len(n) %% 2 == 1, "a", "b"), items,
  morale = round(3 + .5 * person + rnorm(n), 2), hours = round(40 + 3 * level + rnorm(n, 0, 4), 1))
d$C3[c(4, 30, 77)] <- NA; d$C7[c(30, 120)] <- NA; d$morale[c(11, 60, 61)] <- NA
save_data("climate", d, "24 invented schools, 8 items of 5 points; a school of one, one without variance, one in two camps")
X <- d[, paste0("C", 1:8)]

frame <- function(o) lapply(as.list(o), function(v) if (is.factor(v)) as.character(v) else v)
as_text <- function(o) { o$grpid <- as.character(o$grpid); frame(o) }

# --- agreement
o <- rwg(d$C1, d$school, ranvar = 2)
add("rwg_c1", "climate", "rwg", as_text(o), "multilevel::rwg(d$C1, d$school, ranvar=2)", "multilevel",
  args = list(value = "C1", group = "school", ranvar = 2), note = "a school of one is undefined; two camps give 0")
o <- rwg(d$C3, d$area, ranvar = (7^2 - 1) / 12)
add("rwg_c3_by_area", "climate", "rwg", as_text(o), "multilevel::rwg(d$C3, d$area, ranvar=(7^2-1)/12)", "multilevel",
  note = "groups are texts, answers are missing, the null variance is an expression")
L <- X[, 1:6]
o <- rwg.j(L, d$school, ranvar = 2)
add("rwgj_listwise", "climate", "rwg_j", as_text(o), "multilevel::rwg.j(d[,4:9], d$school, ranvar=2)", "multilevel",
  note = "multilevel before 2.8 takes people with every item answered")
o <- rwg.j(X[, c(1, 4, 8)], paste(d$area, d$team), ranvar = 1.34)
add("rwgj_by_area_and_team", "climate", "rwg_j", as_text(o), "multilevel::rwg.j(d[,c('C1','C4','C8')], paste(d$area,d$team), ranvar=1.34)", "multilevel")
v <- sapply(X, function(x) tapply(x, d$school, var, na.rm = TRUE)); q <- rowMeans(v) / 2
add("rwgj_answers_there_are", "climate", "rwg_j", list(grpid = rownames(v), rwg_j = unname(ifelse(q > 1, 0, 8 * (1 - q) / (8 * (1 - q) + q)))),
  "v <- sapply(d[,4:11], function(x) tapply(x, d$school, var, na.rm=TRUE)); James, Demaree and Wolf (1984)", "base",
  args = list(items = "C1..C8", group = "school", ranvar = 2, listwise = FALSE), note = "item variances over the answers there are, as multilevel 2.8")
o <- rwg.j.lindell(X, d$school, ranvar = 4)
add("lindell_maximum", "climate", "rwg_j_lindell", as_text(o), "multilevel::rwg.j.lindell(d[,4:11], d$school, ranvar=4)", "multilevel",
  args = list(items = "C1:C8", ranvar = 4, group = "school"))
o <- awg(X, d$school, range = c(1, 5))
add("awg_scale", "climate", "a_wg", as_text(o), "multilevel::awg(d[,4:11], d$school, range=c(1,5))", "multilevel",
  note = "items whose mean is too near an end are left out; a school of one is undefined")
o <- awg(d$C2, d$school, range = c(0, 6))
add("awg_item", "climate", "a_wg", as_text(o), "multilevel::awg(d$C2, d$school, range=c(0,6))", "multilevel")
for (t in c("mean", "median")) {
  o <- ad.m(X, d$school, type = t)
  add(paste0("ad_scale_", t), "climate", "average_deviation", as_text(o), sprintf("multilevel::ad.m(d[,4:11], d$school, type='%s')", t), "multilevel")
  o <- ad.m(d$morale, d$area, type = t)
  add(paste0("ad_morale_", t), "climate", "average_deviation", as_text(o), sprintf("multilevel::ad.m(d$morale, d$area, type='%s')", t), "multilevel", note = "values that are not whole")
}

# --- components
one <- function(y, g) {
  m <- aov(y ~ as.factor(g)); s <- summary(m)[[1]]; k <- s[1, 1] + 1; N <- sum(s[, 1]) + 1
  n <- table(g[!is.na(y)]); n0 <- (N - sum(n^2) / N) / (k - 1); B <- s[1, 3]; W <- s[2, 3]
  list(ICC1 = ICC1(m), ICC2 = ICC2(m), F = s[1, 4], p = s[1, 5], df1 = s[1, 1], df2 = s[2, 1], eta2 = s[1, 2] / sum(s[, 2]),
    omega2 = (s[1, 2] - (k - 1) * W) / (sum(s[, 2]) + W), MSB = B, MSW = W, n0 = n0, ICC1_n0 = (B - W) / (B + (n0 - 1) * W))
}
add("icc_morale", "climate", "icc1_icc2", one(d$morale, d$school), "m <- aov(morale~as.factor(school), d); multilevel::ICC1(m); ICC2(m); omega2 and n0 (Searle) written out", "multilevel")
add("icc_hours_by_area", "climate", "icc1_icc2", one(d$hours, d$area), "m <- aov(hours~area, d); multilevel::ICC1(m); ICC2(m); omega2 and n0 written out", "multilevel",
  args = list(value = "hours", group = "area"))
b <- do.call(rbind, lapply(split(d, d$school), function(x) if (nrow(x) >= 5) x[1:5, ]))
save_data("equal", b[, c("school", "hours", "C1", "C2")], "five people from each school of climate that has five")
m <- aov(hours ~ as.factor(school), b); s <- summary(m)[[1]]; f <- s[1, 4]; ci <- function(x) (x - 1) / (x + 4)
add("icc_equal_interval", "equal", "icc1_icc2", list(ICC1 = ICC1(m), ci_low = ci(f / qf(.95, s[1, 1], s[2, 1])), ci_high = ci(f / qf(.05, s[1, 1], s[2, 1]))),
  "F / qf(.95, k-1, N-k) and F / qf(.05, k-1, N-k), Searle (1971)", "stats", args = list(value = "hours", group = "school", conf_level = .9))
g <- table(d$school); mu <- tapply(d$hours, d$school, mean); h <- length(g) / sum(1 / g); W <- summary(aov(hours ~ as.factor(school), d))[[1]]
f <- h * var(as.numeric(mu)) / W[2, 3]; th <- function(x) (x - 1) / (x + h - 1)
add("icc_unequal_interval", "climate", "icc1_icc2", list(ci_low = th(f / qf(.975, W[1, 1], W[2, 1])), ci_high = th(f / qf(.025, W[1, 1], W[2, 1]))),
  "unweighted means and harmonic mean size, Thomas and Hultquist (1978)", "stats", args = list(value = "hours", group = "school"))
o <- mult.icc(d[, c("hours", "morale", "C1")], d$school)
add("multicc", "climate", "icc1_icc2_reml", list(variable = o$Variable, ICC1 = o$ICC1, ICC2 = o$ICC2), "multilevel::mult.icc(d[,c('hours','morale','C1')], d$school)", "multilevel",
  tol = 1e-5, note = "for morale, with missing answers, ICC2 uses people a group, answered or not")
for (reml in c(TRUE, FALSE)) {
  m <- lmer(hours ~ 1 + (1 | school), d, REML = reml, control = lmerControl(optCtrl = list(ftol_abs = 1e-14, xtol_abs = 1e-12))); v <- as.data.frame(VarCorr(m))$vcov
  add(if (reml) "lmer_reml" else "lmer_ml", "climate", "icc1_icc2_reml", list(tau2 = v[1], sigma2 = v[2], ICC1 = v[1] / sum(v), mean = unname(fixef(m)), loglik = as.numeric(logLik(m))),
    sprintf("lme4::lmer(hours~1+(1|school), d, REML=%s)", reml), "lme4", tol = 1e-5)
}
o <- gmeanrel(lme(hours ~ 1, random = ~1 | school, data = d))
add("gmeanrel", "climate", "group_mean_reliability", list(ICC = o$ICC, Group = as.character(o$Group), GrpSize = as.numeric(o$GrpSize), MeanRel = as.numeric(o$MeanRel)),
  "multilevel::gmeanrel(nlme::lme(hours~1, random=~1|school, data=d))", c("multilevel", "nlme"), tol = 1e-5)
o <- waba(d$hours, d$morale, d$school)
add("waba", "climate", "waba", list(Cov.Theorem = as.list(o$Cov.Theorem), n.obs = o$n.obs, n.grps = o$n.grps), "multilevel::waba(d$hours, d$morale, d$school)", "multilevel")
a <- aggregate(cbind(hours, C1) ~ school, d, mean)
add("means", "climate", "group_means", list(grpid = as.character(a$school), hours = a$hours, C1 = a$C1), "aggregate(cbind(hours, C1) ~ school, d, mean)", "stats", args = list(items = c("hours", "C1"), group = "school"))

# --- chance (simulated there and here)
set.seed(7)
k <- d[!d$school %in% c(104, 109), ]
save_data("several", k[, c("school", "hours")], "climate without the schools of one and two")
o <- rgr.agree(k$hours, k$school, 20000)
add("random_groups", "several", "rgr_agree", list(AvGrpVar = o$AvGrpVar, AvRGRVar = o$AvRGRVar), "multilevel::rgr.agree(d$hours, d$school, 20000)", "multilevel", tol = 5e-3, note = "random groups are drawn; AvGrpVar is exact")
o <- rwg.j.sim(gsize = 4, nitems = 8, nresp = 5, nrep = 20000)
add("chance_rwgj", "climate", "rwg_j_sim", list(rwg.95 = o$rwg.95, mean = mean(o$rwg), chance_70 = mean(o$rwg > .7)), "multilevel::rwg.j.sim(gsize=4, nitems=8, nresp=5, nrep=20000)", "multilevel", args = list(gsize = 4, nitems = 8, nresp = 5), tol = .02)
o <- rwg.sim(gsize = 10, nresp = 7, nrep = 20000)
add("chance_rwg", "climate", "rwg_sim", list(mean = mean(o$rwg), chance_70 = mean(o$rwg > .7)), "multilevel::rwg.sim(gsize=10, nresp=7, nrep=20000)", "multilevel", args = list(gsize = 10, nresp = 7), tol = .02)
M <- matrix(.5, 4, 4); diag(M) <- 1
o <- rwg.j.sim(gsize = 5, nitems = 4, nresp = 5, itemcors = M, nrep = 20000)
add("chance_rwgj_correlated", "climate", "rwg_j_sim", list(rwg.95 = o$rwg.95, mean = mean(o$rwg)), "multilevel::rwg.j.sim(gsize=5, nitems=4, nresp=5, itemcors=M, nrep=20000)", "multilevel", args = list(gsize = 5, nitems = 4, nresp = 5, itemcors = M), tol = .02)
o <- ad.m.sim(gsize = 6, nitems = 3, nresp = 7, nrep = 20000)
add("chance_ad", "climate", "ad_m_sim", list(ad.m.05 = o$ad.m.05, mean = mean(o$ad.m), pract.sig = o$pract.sig), "multilevel::ad.m.sim(gsize=6, nitems=3, nresp=7, nrep=20000)", "multilevel", args = list(gsize = 6, nitems = 3, nresp = 7), tol = .02)
s <- c(.05, .15, .20, .35, .25)
add("null_slight_skew", "climate", "null_variance", list(variance = sum(s * (1:5)^2) - sum(s * 1:5)^2), "variance of the shares of LeBreton and Senter (2008), Table 2", "base", args = list(points = 5, null = "slight skew"))

write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = undefined",
  datasets = DATASETS, cases = CASES), file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null")
cat(length(CASES), "cases in", OUT, "\n")
