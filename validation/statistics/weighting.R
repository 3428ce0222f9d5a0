# Cases of weighting and nonresponse. Run: Rscript validation/statistics/weighting.R
# Data made here by simulation (CC0). R 4.2.2, survey 4.1.1.
suppressWarnings(suppressMessages({ library(jsonlite); library(survey) }))
OUT <- "src/consilience/validation/cases/weighting"
dir.create(OUT, recursive = TRUE, showWarnings = FALSE)
CASES <- list(); DATASETS <- list()
ver <- function(p) if (p %in% c("base", "stats", "hand")) p else paste(p, packageVersion(p))
save_data <- function(name, df, source) {
  write.csv(df, file.path(OUT, paste0(name, ".csv")), row.names = FALSE, na = "")
  DATASETS[[name]] <<- list(file = paste0(name, ".csv"), rows = nrow(df), columns = names(df),
                            licence = "CC0 (made here by simulation)", source = source)
}
add <- function(id, data, statistic, expected, call, pkg = "survey", args = NULL, tol = 1e-7, note = NULL)
  CASES[[length(CASES) + 1]] <<- list(id = id, data = data, statistic = statistic, args = args,
    expected = expected, tolerance = tol, r_call = call, r_package = ver(pkg), note = note)
both <- function(d, v = ~score) { m <- svymean(v, d); t <- svytotal(v, d)
  list(mean = as.numeric(m), se_mean = as.numeric(SE(m)), total = as.numeric(t), se_total = as.numeric(SE(t))) }

# --- a stratified sample of clusters with unequal weights
set.seed(20260301)
n <- 90
S <- data.frame(region = rep(c("east", "north", "south"), each = 30), school = rep(1:30, each = 3))
S$type <- sample(c("primary", "secondary", "special"), n, TRUE, c(.5, .35, .15))
S$sex <- sample(c("f", "m"), n, TRUE)
S$size <- round(rexp(n, 1 / 40) + 5)
S$score <- round(50 + 6 * (S$type == "special") + .05 * S$size + rep(rnorm(30, 0, 3), each = 3) + rnorm(n, 0, 8), 2)
S$weight <- round(runif(n, 4, 40), 2)
S$schools <- c(east = 40, north = 55, south = 80)[S$region]
save_data("schools90", S, "30 of 175 invented schools in 3 regions, 3 rows each, unequal weights")
CALL <- "d <- svydesign(id=~school, strata=~region, weights=~weight, fpc=~schools, data=S)"
d <- svydesign(id = ~school, strata = ~region, weights = ~weight, fpc = ~schools, data = S)
N <- 2000
ptype <- data.frame(type = c("primary", "secondary", "special"), Freq = c(1000, 750, 250))
psex <- data.frame(sex = c("f", "m"), Freq = c(980, 1020))
margins <- list(type = list(primary = 1000, secondary = 750, special = 250), sex = list(f = 980, m = 1020))
tight <- rake(d, list(~type, ~sex), list(ptype, psex), control = list(maxit = 500, epsilon = 1e-11))
add("rake_unequal", "schools90", "raking", c(list(weights = weights(tight)), both(tight)),
    paste0(CALL, "; rake(d, list(~type,~sex), list(ptype,psex), control=list(maxit=500, epsilon=1e-11)); svymean(~score); svytotal(~score)"),
    args = list(margins = margins, base_weight = "weight", cluster = "school", strata = "region", fpc = "schools"))
loose <- rake(d, list(~type, ~sex), list(ptype, psex))
add("rake_default", "schools90", "raking", c(list(weights = weights(loose)), both(loose)),
    paste0(CALL, "; rake(d, list(~type,~sex), list(ptype,psex)); svymean(~score); svytotal(~score)"),
    args = list(margins = margins, base_weight = "weight", cluster = "school", strata = "region", fpc = "schools"),
    tol = 1e-5,
    note = "stops as soon as no cell of the table moves by 1 in a round; the residuals of R's standard error then come from weights of different rounds, hence the tolerance")
post <- postStratify(d, ~type, ptype)
add("poststratify", "schools90", "poststratification", c(list(weights = weights(post)), both(post)),
    paste0(CALL, "; ptype <- data.frame(type=c('primary','secondary','special'), Freq=c(1000,750,250)); postStratify(d, ~type, ptype); svymean(~score); svytotal(~score)"))
pop <- c(`(Intercept)` = N, typesecondary = 750, typespecial = 250, size = 2000 * 44)
for (m in c("linear", "raking", "logit")) for (b in list(NULL, c(.5, 2))) {
  if (m == "logit" && is.null(b)) next
  cal <- calibrate(d, ~type + size, pop, calfun = m, bounds = if (is.null(b)) c(-Inf, Inf) else b, epsilon = 1e-12, maxit = 500)
  add(paste0("calibrate_", m, if (!is.null(b)) "_bounds"), "schools90", "calibration", c(list(weights = as.numeric(weights(cal))), both(cal)),
      paste0(CALL, "; calibrate(d, ~type+size, population, calfun='", m, "'", if (!is.null(b)) ", bounds=c(0.5,2)", "); svymean(~score); svytotal(~score)"),
      args = c(list(population = as.list(pop), calfun = m, base_weight = "weight", cluster = "school", strata = "region", fpc = "schools"),
               if (!is.null(b)) list(bounds = b)))
}
mw <- N / n
bd <- calibrate(d, ~type + sex, c(`(Intercept)` = N, typesecondary = 750, typespecial = 250, sexm = 1020), calfun = "raking",
                bounds = list(lower = .35 * mw / S$weight, upper = 1.6 * mw / S$weight), epsilon = 1e-12, maxit = 500)
add("rake_trimmed", "schools90", "raking", list(weights = as.numeric(weights(bd)), min = min(weights(bd)), max = max(weights(bd))),
    "calibrate(d, ~type+sex, population, calfun='raking', bounds=list(0.35*mean/weight, 1.6*mean/weight))",
    args = list(margins = margins, base_weight = "weight", bounds = c(.35, 1.6)), note = "limits of 0.35 and 1.6 times the mean adjusted weight")
for (s in c(FALSE, TRUE)) { tr <- trimWeights(d, upper = 32, lower = 8, strict = s)
  add(paste0("trim", if (s) "_strict"), "schools90", "trim_weights", list(weights = weights(tr), sum_weights = sum(weights(tr)), se = as.numeric(SE(svymean(~score, tr)))),
      paste0(CALL, "; trimWeights(d, upper=32, lower=8, strict=", s, "); svymean(~score)"), args = NULL) }
m <- svymean(~score, d, deff = TRUE); ci <- confint(m, df = degf(d))
add("mean_deff", "schools90", "svymean", list(mean = as.numeric(m), se = as.numeric(SE(m)), deff = as.numeric(deff(m)), degf = degf(d), ci_low = ci[1], ci_high = ci[2]),
    paste0(CALL, "; svymean(~score, d, deff=TRUE); confint(., df=degf(d))"))
ci <- confint(m)
add("mean_normal", "schools90", "svymean", list(ci_low = ci[1], ci_high = ci[2]), paste0(CALL, "; confint(svymean(~score, d))"))
t1 <- svytotal(~size, d, deff = TRUE)
add("total_deff", "schools90", "svytotal", list(total = as.numeric(t1), se = as.numeric(SE(t1)), deff = as.numeric(deff(t1))), paste0(CALL, "; svytotal(~size, d, deff=TRUE)"))
r <- svyratio(~score, ~size, d)
add("ratio", "schools90", "svyratio", list(ratio = as.numeric(coef(r)), se = as.numeric(SE(r))), paste0(CALL, "; svyratio(~score, ~size, d)"))
by <- svyby(~score, ~type, d, svymean)
add("domains", "schools90", "svyby", list(mean = by$score, se = by$se), paste0(CALL, "; svyby(~score, ~type, d, svymean)"))
p <- svymean(~type, d, deff = TRUE)
add("shares", "schools90", "svymean", list(mean = as.numeric(p), se = as.numeric(SE(p)), deff = as.numeric(deff(p))), paste0(CALL, "; svymean(~type, d, deff=TRUE)"))
for (k in c("logit", "beta", "asin", "mean", "likelihood")) { ci <- svyciprop(~I(type == "special"), d, method = k)
  add(paste0("share_", k), "schools90", "svyciprop", list(p = as.numeric(coef(ci)), ci_low = attr(ci, "ci")[[1]], ci_high = attr(ci, "ci")[[2]]),
      paste0(CALL, "; svyciprop(~I(type=='special'), d, method='", k, "')"), tol = if (k == "likelihood") 1e-3 else if (k == "logit") 1e-6 else 1e-7,
      note = if (k == "likelihood") "R interpolates a profile, hence the tolerance") }
w <- S$weight
add("kish", "schools90", "kish_design_effect", list(deff = n * sum(w^2) / sum(w)^2, neff = sum(w)^2 / sum(w^2)), "n*sum(w^2)/sum(w)^2", "base", args = list(weights = "weight"), tol = 1e-10)
# --- margins that are strongly related
set.seed(20260304)
Q <- data.frame(a = sample(1:4, 120, TRUE)); Q$b <- ifelse(runif(120) < .9, Q$a, sample(1:4, 120, TRUE)); Q$c <- ifelse(runif(120) < .9, Q$b, sample(1:4, 120, TRUE))
Q$y <- round(rnorm(120) + Q$a - Q$b + .5 * Q$c, 3); Q$w <- round(runif(120, 1, 9), 2)
save_data("related", Q, "three classifications that nearly agree")
o <- Q$w * runif(120, .5, 2); fr <- function(v) setNames(data.frame(names(tapply(o, Q[[v]], sum)), round(as.numeric(tapply(o, Q[[v]], sum)), 3)), c(v, "Freq"))
ms <- lapply(c("a", "b", "c"), fr); for (i in 2:3) ms[[i]]$Freq[4] <- ms[[i]]$Freq[4] + sum(ms[[1]]$Freq) - sum(ms[[i]]$Freq)
rq <- rake(svydesign(id = ~1, weights = ~w, data = Q), list(~a, ~b, ~c), ms, control = list(maxit = 3000, epsilon = 1e-12))
add("rake_related", "related", "raking", c(list(weights = weights(rq)), both(rq, ~y)), "d <- svydesign(id=~1, weights=~w, data=Q); rake(d, list(~a,~b,~c), margins, control=list(maxit=3000, epsilon=1e-12)); svymean(~y); svytotal(~y)",
    args = list(margins = setNames(lapply(ms, function(m) as.list(setNames(m$Freq, m[[1]]))), c("a", "b", "c")), base_weight = "w"))
# --- two stages, and a stratum with one cluster
set.seed(20260302)
T2 <- do.call(rbind, lapply(1:8, function(c) { k <- 2 + c %% 3; data.frame(st = if (c <= 4) "a" else if (c <= 7) "b" else "c", psu = c, ssu = 1:k, M = 10 + c) }))
T2$Nst <- c(a = 20, b = 9, c = 5)[T2$st]; T2$weight <- round(runif(nrow(T2), 5, 30), 2); T2$y <- round(rnorm(nrow(T2), 20, 5) + T2$psu, 2)
T2$z <- round(T2$y + 100, 2)
save_data("stages", T2, "two stages of drawing; stratum c has one cluster")
for (o in c("adjust", "certainty", "average")) { options(survey.lonely.psu = o)
  d2 <- svydesign(id = ~psu + ssu, strata = ~st, weights = ~weight, fpc = ~Nst + M, data = T2)
  add(paste0("two_stage_", o), "stages", "svymean", list(mean = as.numeric(svymean(~y, d2)), se_mean = as.numeric(SE(svymean(~y, d2))), se_total = as.numeric(SE(svytotal(~y, d2))), degf = degf(d2)),
      paste0("options(survey.lonely.psu='", o, "'); svydesign(id=~psu+ssu, strata=~st, weights=~weight, fpc=~Nst+M, data=T2); svymean(~y); svytotal(~y)"), args = list(lonely = o, weights = "weight", ids = c("psu", "ssu"), strata = "st", fpc = c("Nst", "M"))) }
# --- nonresponse of a frame of 150 areas
set.seed(20260303)
F <- data.frame(region = sample(c("london", "midlands", "north", "south"), 150, TRUE), kind = sample(c("county", "district", "unitary"), 150, TRUE), pupils = round(rlnorm(150, 9, .5)))
F$dw <- c(london = 1.5, midlands = 2, north = 2.5, south = 1)[F$region]
F$responded <- rbinom(150, 1, plogis(-.4 + .9 * (F$region == "north") - .7 * (F$kind == "district") + .00004 * F$pupils))
save_data("areas150", F, "150 invented areas of which some answered")
g <- glm(responded ~ region + kind + pupils, binomial, F, epsilon = 1e-14, maxit = 100); ph <- as.numeric(fitted(g)); R1 <- F$responded == 1
add("propensity", "areas150", "nonresponse_weights", list(coefficients = as.numeric(coef(g)), se = as.numeric(sqrt(diag(vcov(g)))), propensity = ph, deviance = g$deviance, null_deviance = g$null.deviance, weights = 1 / ph[R1]),
    "g <- glm(responded ~ region + kind + pupils, binomial, F); 1/fitted(g)[responded==1]", "stats", args = list(formula = "responded ~ region + kind + pupils"))
cl <- cut(ph, quantile(ph, 0:5 / 5), include.lowest = TRUE, labels = FALSE)
add("propensity_quintiles", "areas150", "nonresponse_weights", list(classes = cl, weights = as.numeric((1 / ave(F$responded, cl))[R1])),
    "cut(fitted(glm(responded ~ region + kind + pupils, binomial)), quantile(., 0:5/5), include.lowest=TRUE); 1/ave(responded, class)", "stats", args = list(formula = "responded ~ region + kind + pupils", classes = 5))
dr <- svydesign(ids = ~1, weights = ~dw, data = F[R1, ])
rr <- rake(dr, list(~region, ~kind), list(xtabs(dw ~ region, F), xtabs(dw ~ kind, F)), control = list(maxit = 500, epsilon = 1e-11))
add("raked_nonresponse", "areas150", "raked_nonresponse_weights", list(weights = weights(rr), deff_kish = sum(R1) * sum(weights(rr)^2) / sum(weights(rr))^2),
    "rake(svydesign(ids=~1, weights=~dw, data=F[responded==1,]), list(~region,~kind), margins of F weighted by dw)", args = list(variables = c("region", "kind"), weights = "dw"))
g <- glm(responded ~ region + kind, binomial, F, epsilon = 1e-14, maxit = 100); ph <- as.numeric(fitted(g)); M <- mean(ph)
pu <- function(v) sqrt(sum(tapply(ph, v, function(x) length(x) * (mean(x) - M)^2)) / 150)
puk <- function(v) as.list(tapply(ph, v, function(x) sqrt(length(x) / 150) * (mean(x) - M)))
pc <- function(other) sqrt(sum((ph - ave(ph, other))^2) / 149)
pck <- function(v, other) as.list(tapply((ph - ave(ph, other))^2, v, function(x) sqrt(sum(x) / 149)))
X <- model.matrix(g); z <- X * (ph * (1 - ph)); s2 <- var(ph)
adj <- (1 + 1 / 150 - 1 / 150) * s2 - sum((z %*% solve(t(z) %*% X)) * z) / 150
add("r_indicator", "areas150", "r_indicator", list(R = 1 - 2 * sd(ph), R_adjusted = 1 - 2 * sqrt(max(adj, 0)), cv = sd(ph) / M, mean = M,
    unconditional = list(region = pu(F$region), kind = pu(F$kind)), unconditional_category = list(region = puk(F$region), kind = puk(F$kind)),
    conditional = list(region = pc(F$kind), kind = pc(F$region)), conditional_category = list(region = pck(F$region, F$kind), kind = pck(F$kind, F$region))),
    "p <- fitted(glm(responded ~ region + kind, binomial)); 1-2*sd(p); partials and bias by their formulas", "hand", args = list(formula = "responded ~ region + kind"), tol = 1e-8,
    note = "formulas of Schouten, Shlomo and Skinner 2011 and Shlomo, Skinner and Schouten 2012 written out in base R")
# --- a share of a finite population
ex <- function(x, n, N, a = .05) { K <- x:(N - n + x)
  ok <- phyper(x - 1, K, N - K, n, lower.tail = FALSE) > a / 2 & phyper(x, K, N - K, n) > a / 2; range(K[ok]) }
for (q in list(c(30, 82, 150), c(0, 20, 60), c(7, 7, 9), c(3, 40, 5000))) { e <- ex(q[1], q[2], q[3]); P <- q[1] / q[2]; v <- P * (1 - P) / (q[2] - 1) * (1 - q[2] / q[3])
  m <- q[2] * (q[3] - 1) / (q[3] - q[2]); wl <- (P + qnorm(.975)^2 / (2 * m) + c(-1, 1) * qnorm(.975) * sqrt(P * (1 - P) / m + qnorm(.975)^2 / (4 * m^2))) / (1 + qnorm(.975)^2 / m)
  add(paste(c("finite", q), collapse = "_"), "areas150", "finite_population_interval", list(share = P, se = sqrt(v), exact = list(low = e[1] / q[3], high = e[2] / q[3]),
      normal = list(low = P - qnorm(.975) * sqrt(v), high = P + qnorm(.975) * sqrt(v)), wilson = list(low = wl[1], high = wl[2])),
      "all K with both phyper tails above .025; Wilson with n(N-1)/(N-n); normal with p q/(n-1) (1-n/N)", "hand", args = list(x = q[1], n = q[2], N = q[3]), note = "data not used") }
# --- those who answered against the frame
co <- function(v) { O <- table(F[R1, v]); P <- prop.table(table(F[[v]])); n <- sum(R1); plain <- as.numeric(suppressWarnings(chisq.test(O, p = P))$statistic)
  st <- plain * 149 / (150 - n); list(frame = as.list(P), respondents = as.list(prop.table(O)), plain = plain, statistic = st, df = length(P) - 1, p = pchisq(st, length(P) - 1, lower.tail = FALSE),
  cramers_v = as.numeric(sqrt(suppressWarnings(chisq.test(table(F[[v]], F$responded), correct = FALSE))$statistic / 150))) }
n <- sum(R1); x <- F$pupils; tt <- t.test(x[R1], mu = mean(x)); f <- as.numeric(tt$statistic) / sqrt(1 - n / 150)
add("frame", "areas150", "frame_comparison", list(region = co("region"), kind = co("kind"), pupils = list(frame = mean(x), respondents = mean(x[R1]), standardised = (mean(x[R1]) - mean(x)) / sd(x),
    plain = as.numeric(tt$statistic), statistic = f, p = 2 * pt(-abs(f), n - 1), association = abs(cor(x, F$responded)))),
    "chisq.test(table(F[responded==1,v]), p=frame) times (N-1)/(N-n); t.test(x[responded==1], mu=mean(x)) / sqrt(1-n/N)", c("stats"), args = list(variables = c("region", "kind", "pupils")))
write_json(list(generated_with = R.version.string, tolerance_rule = "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = NA", datasets = DATASETS, cases = CASES),
           file.path(OUT, "expected.json"), auto_unbox = TRUE, digits = NA, pretty = FALSE, na = "null", null = "null")
cat(length(CASES), "cases\n")
