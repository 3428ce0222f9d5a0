"""How long does it take to choose the most diverse units, with proof? (simulated frames)

Run `python -m benchmarks.diversity` for the table; `--full` adds lexicographic choices beyond
the bars. Bars: 39 / 5 in 50 ms, 150 / 5 in 0.5 s, 3,000 / 8 in 10 s, 24,000 / 8 in 40 s
(units / groups, the greatest sum, proved), and 150 areas in 90 s with no quota missed.

Peers, on the same input in the same run, one thread each, at most `PEER_SECONDS`:
greedy: one unit at a time, each as far as can be from those before (no proof);
swaps: the best of eleven such starts, each improved by single swaps (no proof);
chain: the whole problem as one mixed-integer programme of chain form in HiGHS, no unit ruled out;
pairs: the textbook programme with a column per pair (Kuby 1987; linear sum form) in
`scipy.optimize.milp`, where the pairs are at most `MOST_PAIRS`.
`ratio` is a peer's seconds by ours (`>` where it was stopped); `lost` the share of the greatest
sum that it misses. `mb` is the peak memory of a process of its own above its start-up.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from consilience.base.seeds import stream
from consilience.stats.choice.chain import sum_model
from consilience.stats.choice.diverse_choice import Limits
from consilience.stats.choice.diverse_problem import Attribute, Problem, Quota, compile_problem
from consilience.stats.choice.diversity import choose
from consilience.stats.choice.gower import distances, measure, shortfall
from consilience.stats.choice.greatest_sum import solve_cells
from consilience.stats.choice.swaps import greedy, search

SIZES = ((39, 5), (150, 5), (3_000, 8), (24_000, 8))
FULL = ((330, 5), (1_000, 5), (3_000, 5), (1_000, 8))
PEER_SECONDS = 20.0
MOST_PAIRS = 20_000


def simulated_frame(n: int, groups: int, *, seed: int = 1) -> Problem:
    """Return simulated authorities: one to be chosen from each of equally large groups."""
    draw = stream(seed, f"benchmark/frame/{n}")
    columns = (
        Attribute(name="region", values=draw.integers(0, 9, n)),
        Attribute(name="type", values=draw.integers(0, 5, n)),
        Attribute(name="deprivation", values=draw.random(n), ordered=True),
        Attribute(name="rurality", values=draw.integers(0, 6, n), ordered=True),
        Attribute(name="size", values=np.round(np.exp(draw.normal(5, 1, n))), ordered=True),
    )
    return Problem(attributes=columns, take=1, groups=np.arange(n) % groups)


def simulated_areas(n: int = 24_000, areas: int = 150, *, seed: int = 1) -> list[Problem]:
    """Return simulated schools, a problem per area: ten schools under five quotas."""
    draw = stream(seed, "benchmark/schools")
    phase = draw.choice(3, n, p=(0.72, 0.2, 0.08))
    academy, faith = draw.random(n) < 0.45, draw.random(n) < 0.33
    pupils = np.round(np.exp(draw.normal(5.5, 0.7, n)))
    meals = draw.beta(2, 6, n)
    rural, rating = draw.integers(0, 8, n), draw.integers(1, 5, n)
    area = np.sort(draw.integers(0, areas, n))
    problems = []
    for code in range(areas):
        at = area == code
        rules = (
            ("primary", phase == 0, 4, 6),
            ("secondary", phase == 1, 2, 3),
            ("special", phase == 2, 1, 2),
            ("academy", academy, 3, 6),
            ("faith", faith, 2, 4),
        )
        columns = (
            Attribute(name="phase", values=phase[at]),
            Attribute(name="academy", values=academy[at].astype(int)),
            Attribute(name="faith", values=faith[at].astype(int)),
            Attribute(name="pupils", values=pupils[at], ordered=True, span=float(np.ptp(pupils))),
            Attribute(name="meals", values=meals[at], ordered=True, span=float(np.ptp(meals))),
            Attribute(name="rural", values=rural[at], ordered=True, span=7.0),
            Attribute(name="rating", values=rating[at], ordered=True, span=3.0),
        )
        quotas = tuple(
            Quota(name=name, mask=mask[at], at_least=low, at_most=high)
            for name, mask, low, high in rules
        )
        problems.append(Problem(attributes=columns, take=10, quotas=quotas))
    return problems


def timed(problem: Problem, *, objective: str, limits: Limits | None = None) -> dict[str, object]:
    """Return one row of the table."""
    begin, used = time.perf_counter(), time.process_time()
    choice = choose(problem, objective=objective, limits=limits)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - used
    return {
        "problem": f"{len(problem.attributes[0].values)} units",
        "objective": objective,
        "seconds": round(seconds, 3),
        "cpu": round(cpu, 3),
        "exact": seconds,
        "proved": choice.proof.optimal,
        "method": choice.proof.method,
        "total": round(choice.parts.total, 9),
        "smallest": round(choice.parts.smallest, 6),
        "near": choice.alternatives.count,
        "within": round(choice.alternatives.share, 5),
        "short": choice.shortfall,
    }


def by_greedy(instance):
    return greedy(instance), False


def by_swaps(instance):
    return search(instance, objective="max-sum", starts=10), False


def by_chain(instance):
    solution, found = solve_cells(sum_model(instance, allowed=0.0), instance, seconds=PEER_SECONDS)
    return found, solution.optimal


def by_pairs(instance):
    """Maximise the sum of d_ij y_ij with y_ij <= x_i, y_ij <= x_j and numbers per group."""
    n = len(instance.units)
    pairs = n * (n - 1) // 2
    if pairs > MOST_PAIRS:
        return None, False
    one, other = np.triu_indices(n, 1)
    every = np.arange(n)
    cost = np.concatenate((np.zeros(n), -distances(instance, every, every)[one, other]))
    row = np.arange(pairs)
    rows = np.concatenate((row, row, row + pairs, row + pairs, 2 * pairs + instance.group))
    columns = np.concatenate((n + row, one, n + row, other, every))
    values = np.concatenate([np.full(pairs, v) for v in (1.0, -1.0, 1.0, -1.0)] + [np.ones(n)])
    shape = (2 * pairs + len(instance.need), n + pairs)
    matrix = coo_array((values, (rows, columns)), shape=shape).tocsr()
    low = np.concatenate((np.full(2 * pairs, -np.inf), instance.need))
    high = np.concatenate((np.zeros(2 * pairs), instance.need))
    solved = milp(
        cost,
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(0, 1),
        integrality=np.concatenate((np.ones(n), np.zeros(pairs))),
        options={"time_limit": PEER_SECONDS, "mip_rel_gap": 0.0},
    )
    if solved.x is None:
        return None, False
    return np.flatnonzero(solved.x[:n] > 0.5), solved.status == 0


PEERS = {"greedy": by_greedy, "swaps": by_swaps, "chain": by_chain, "pairs": by_pairs}


def compared(n: int, groups: int, seed: int, row: dict[str, object]) -> dict[str, object]:
    """Return for each peer: seconds, ratio to ours, share of the sum lost, and if it proved it."""
    problem = simulated_frame(n, groups, seed=seed)
    instance = compile_problem(problem)
    ours, best = float(str(row["exact"])), float(str(row["total"]))
    told: dict[str, object] = {}
    for name, peer in PEERS.items():
        begin = time.perf_counter()
        found, proved = peer(instance)
        seconds = time.perf_counter() - begin
        if found is None:
            told[name] = f"none in {seconds:.1f} s" if seconds > 1 else "too many pairs"
            continue
        lost = 100 * max(0.0, 1 - measure(instance, found)[0] / best)
        stopped = ">" if seconds >= PEER_SECONDS else ""
        word = "proved" if proved else "unproved"
        told[name] = f"{seconds:.3f} s ratio {stopped}{seconds / ours:.2f} lost {lost:.2f} % {word}"
    return told


def alone(task, *arguments, **named):
    """Return what a task returns in a process of its own, with its peak memory above start-up.

    A new process counts the memory of the one that started it, so that one does no work itself.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_with_memory, task, arguments, named).result()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _with_memory(task, arguments, named):
    before = peak()
    row = task(*arguments, **named)
    return row | {"mb": round(peak() - before)}


def run_size(n: int, groups: int, seed: int, objective: str) -> dict[str, object]:
    problem = simulated_frame(n, groups, seed=seed)
    return timed(problem, objective=objective) | {"problem": f"{n} / {groups}"}


def run(
    sizes: tuple[tuple[int, int], ...] = SIZES,
    *,
    seeds: int = 1,
    objective: str = "max-sum",
    peers: bool = True,
) -> list[dict[str, object]]:
    """Return a row per size and seed: units and groups, one unit from each group.

    The peers are timed for the greatest sum and the first seed.
    """
    rows = []
    for n, groups in sizes:
        for seed in range(1, seeds + 1):
            row = alone(run_size, n, groups, seed, objective)
            if peers and seed == 1 and objective == "max-sum":
                told = alone(compared, n, groups, seed, row)
                row["peers"] = {name: told[name] for name in PEERS}
            rows.append(row)
    return rows


def run_areas(
    count: int = 150, *, objective: str = "max-sum", limits: Limits | None = None
) -> dict[str, object]:
    """Return one row for ten schools in each of many areas, one area after the other."""
    problems = simulated_areas()[:count]
    rows = [timed(one, objective=objective, limits=limits) for one in problems]
    seconds = [float(str(row["seconds"])) for row in rows]
    cpu = [float(str(row["cpu"])) for row in rows]
    lost, missed = [], 0
    for problem, row in zip(problems, rows, strict=True):
        instance = compile_problem(problem)
        found = by_swaps(instance)[0]
        if shortfall(instance, found) > float(str(row["short"])):
            missed += 1
        elif objective == "max-sum":
            lost.append(100 * (1 - measure(instance, found)[0] / float(str(row["total"]))))
    return {
        "problem": f"{count} areas x 10",
        "objective": objective,
        "seconds": round(sum(seconds), 1),
        "cpu": round(sum(cpu), 1),
        "median": statistics.median(seconds),
        "longest": max(seconds),
        "proved": f"{sum(bool(row['proved']) for row in rows)} of {count}",
        "breaches": sum(float(str(row["short"])) > 0 for row in rows),
        "peers": {
            "swaps": f"lost {max(lost, default=0.0):.2f} % at most, more quotas missed in {missed}"
        },
    }


SHOWN = ("problem", "objective", "seconds", "cpu", "mb", "proved", "total", "smallest", "method")


def show(rows: list[dict[str, object]]) -> None:
    for row in rows:
        cells = [f"{row.get(name, '')!s:>13}" for name in SHOWN]
        print("  ".join(cells), flush=True)
        more = {name: row[name] for name in ("median", "longest", "breaches") if name in row}
        for name, value in (more | dict(row.get("peers", {}))).items():
            print(f"{'':>15}{name}: {value}", flush=True)


def main() -> None:
    """Print the table."""
    print("simulated frames, one thread; seconds and cpu of the choice alone")
    print("  ".join(f"{name:>13}" for name in SHOWN))
    show(run(seeds=3))
    show(run(((39, 5), (150, 5)), objective="lexicographic", seeds=3))
    if "--full" in sys.argv:
        show(run(FULL, objective="lexicographic"))
    show([alone(run_areas)])


if __name__ == "__main__":
    main()
