"""STA: statistics as functions on arrays, and their validation."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "STA-001": Entry(
        "Unknown option",
        "there is no {what} {value!r}",
        "Use one of: {known}.",
    ),
    "STA-002": Entry(
        "Shape does not fit",
        "{what} has shape {shape}",
        "Give it as {wanted}.",
    ),
    "STA-003": Entry(
        "Value out of range",
        "{what} is {value}",
        "Give {wanted}.",
    ),
    "STA-004": Entry(
        "Too few to compute from",
        "{what} needs at least {least}, and there are {count}",
        "Give more data, or ask for a statistic with fewer demands.",
    ),
    "STA-005": Entry(
        "Not settled",
        "{what} had not settled after {rounds} rounds",
        "Raise the number of rounds, or look for categories with hardly any answers.",
        warning=True,
    ),
    "STA-050": Entry(
        "No mixture can be fitted",
        "there is no best solution, as {reason}",
        "Leave out what does not vary, ask for fewer profiles, or for equal variances (EEI).",
        warning=True,
    ),
    "STA-051": Entry(
        "Best solution found once",
        "only one of {starts} starts reached the best log-likelihood",
        "Raise the number of starts until several agree, or ask for fewer profiles.",
        warning=True,
    ),
    "STA-052": Entry(
        "Profile of few units",
        "a profile of {count} units is described by {parameters} numbers of its own",
        "Ask for fewer profiles or a simpler model; such a profile is often one of chance.",
        warning=True,
    ),
    "STA-053": Entry(
        "Starts without bound",
        "{count} of {starts} starts lost the variance or the units of a profile, and were refused",
        "Read the result with the number of starts that agree; equal variances avoid this.",
        warning=True,
    ),
    "STA-054": Entry(
        "No relation to profiles",
        "nothing can be said of the relation to profiles, as {reason}",
        "Ask for fewer profiles, or leave out what does not vary or says the same twice.",
        warning=True,
    ),
    "STA-055": Entry(
        "Replicates left out",
        "{count} of {replicates} replicates had no solution and were left out",
        "Ask for fewer profiles or a simpler model if there are many.",
        warning=True,
    ),
    "STA-080": Entry(
        "Category that nobody answered",
        "{what} asks for {total} in category {category}, in which nobody is",
        "Join the category with another, or leave the margin out.",
    ),
    "STA-081": Entry(
        "Margins of different size",
        "the margins add up to {totals}",
        "Check that all margins describe the same population; only the last one is met.",
        warning=True,
    ),
    "STA-082": Entry(
        "Missing category",
        "{what} has {count} rows without a category",
        "Fill them in, make them a category of their own, or leave these rows out.",
    ),
    "STA-083": Entry(
        "Limits cannot hold the total",
        "{count} weights between {low} and {high} cannot add up to {total}",
        "Widen the limits.",
    ),
    "STA-084": Entry(
        "Answering is foretold without error",
        "{count} fitted probabilities of an answer are 0 or 1",
        "Leave out or join the categories in which everybody or nobody answered.",
        warning=True,
    ),
    "STA-085": Entry(
        "Stratum with one cluster",
        "{count} strata have a single cluster, so the variance is undefined",
        "Join these strata with others, or choose how they are to count (lonely).",
        warning=True,
    ),
    "STA-070": Entry(
        "Outcome parted by its predictors",
        "{count} rows are fitted as certain to be 0 or 1",
        "The coefficients mean nothing: leave out the predictor that parts them, or join levels.",
        warning=True,
    ),
    "STA-071": Entry(
        "Column without an answer",
        "column {column} has no observed value and stays missing",
        "Leave the column out, or give at least some of its values.",
        warning=True,
    ),
    "STA-072": Entry(
        "Predictor left out",
        "column {column} predicts nothing: {reason}",
        "Nothing need be done; leave the column out if it is not wanted at all.",
        warning=True,
    ),
    "STA-073": Entry(
        "Few donors",
        "column {column} has {count} observed values for {donors} donors",
        "Ask for fewer donors, or draw from the normal model.",
        warning=True,
    ),
    # STA-060 to STA-069: scales (consilience.stats.scales)
    "STA-060": Entry(
        "Improper factor solution",
        "items {items} have a variance of their own below 0 in the one-factor solution",
        "Do not quote omega; look whether they ask the same thing twice, or give alpha.",
        warning=True,
    ),
    "STA-020": Entry(
        "More predictors than cases allow",
        "{columns} columns of predictors need more than {rows} complete cases",
        "Leave predictors out, take several together into one score, or wait for more cases.",
    ),
    "STA-021": Entry(
        "Predictor that does not vary",
        "{names} are the same in every case, so nothing can be said of them",
        "Leave them out; the other figures are as if they were not there.",
        warning=True,
    ),
    "STA-022": Entry(
        "Predictors nearly determine each other",
        "{names} are predicted by the other predictors to {share:.0%} or more",
        "Read their shares together, or make a group of them: apart they are nearly arbitrary.",
        warning=True,
    ),
    "STA-023": Entry(
        "Few cases",
        "there are {rows} cases for {columns} columns of predictors",
        "Report intervals and probabilities of ranks, never an order alone.",
        warning=True,
    ),
    "STA-024": Entry(
        "Cases left out",
        "{count} cases with a missing value were left out",
        "Impute first, or say so where the result is used.",
        warning=True,
    ),
    "STA-025": Entry(
        "Resamples that could not be computed",
        "{failed} of {replicates} resamples gave no result",
        "Read the intervals as too narrow, or take fewer predictors.",
        warning=True,
    ),
    # STA-030 to STA-039: models of importance (consilience.stats.importance)
    "STA-030": Entry(
        "Outcome parted by predictors",
        "{parted} of {models} models foretell values of the outcome without error: {answer}",
        "Read differences between predictors with care; join rare levels, or leave one out.",
        warning=True,
    ),
    "STA-031": Entry(
        "Few events for the predictors",
        "there are {events:.0f} events for {coefficients} coefficients, fewer than 10 each",
        "Take fewer predictors or groups of them, and report intervals, never an order alone.",
        warning=True,
    ),
    "STA-032": Entry(
        "Outcome that does not vary",
        "the outcome is {value} in every row",
        "Nothing can be said of what goes with it; look whether a filter took the others out.",
        warning=True,
    ),
    # STA-100 to STA-119: risk of disclosure (consilience.stats.disclosure)
    "STA-100": Entry(
        "Weight not above 0",
        "{count} records have a weight that is not above 0, record {first} first",
        "Leave out records that stand for nobody, or give each its sampling weight.",
    ),
    "STA-101": Entry(
        "Too many sets of keys",
        "{keys} keys have {count} sets to look at, more than {most}",
        "Give fewer keys, or look at smaller sets only (`largest`).",
    ),
    "STA-102": Entry(
        "Record without its unit",
        "record {record} belongs to unit {unit}, and there are {units} units",
        "Give for each record the number of its unit in the population, counted from 0.",
    ),
    "STA-103": Entry(
        "Record unlike its unit",
        "{count} records have other keys than their unit, record {first} first",
        "If the file was not changed on purpose, code the keys alike in both.",
        warning=True,
    ),
    # STA-120 to STA-139: protection against disclosure (consilience.stats.disclosure)
    "STA-120": Entry(
        "Too many keys",
        "there are {count} keys, and suppression looks at the subsets of at most {most}",
        "Leave out keys that nobody outside can know, or join several into one.",
    ),
    "STA-121": Entry(
        "Records that suppression cannot protect",
        "{count} records have fewer than {k} like them in the keys that must stay",
        "Recode those keys to broader groups, let them be suppressed, or leave the records out.",
        warning=True,
    ),
    "STA-122": Entry(
        "Few candidates for who is known",
        "for {count} records fewer than {k} published ones fit the true keys, for some {least}",
        "Use the standard group where an intruder may know who is in the data, or recode first.",
        warning=True,
    ),
    "STA-123": Entry(
        "More changed than suppressed",
        "row {row} has {now} in key {key}, and the original has {was}",
        "Compare the tables before and after suppression, rows in the same order.",
    ),
    "STA-124": Entry(
        "Value without a broader group",
        "nothing stands for {value!r} on level {level} of a hierarchy",
        "Add it to the mapping of that level, if need be to itself.",
    ),
    "STA-125": Entry(
        "Level that parts what was joined",
        "level {level} of the hierarchy of key {key} parts a group of the level before",
        "Order the levels from the finest to the broadest, each made of whole groups.",
    ),
    "STA-126": Entry(
        "No recoding is enough",
        "at every level of the keys more than {most} records are like fewer than {k}",
        "Add broader levels, leave out a key, or allow more records to be suppressed.",
        warning=True,
    ),
    "STA-127": Entry(
        "Too many combinations of levels",
        "the hierarchies have {count} combinations of levels, more than {most}",
        "Leave out levels that are hardly broader than the one before, or recode a key beforehand.",
    ),
    "STA-128": Entry(
        "More kept than asked for",
        "the share kept of {names} had to be raised, as too few others can take its place",
        "Read the shares kept from the matrix, or join small categories before exchanging.",
        warning=True,
    ),
}
