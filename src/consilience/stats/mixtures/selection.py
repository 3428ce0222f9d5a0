"""How many profiles are there, and how may they differ?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.mixtures.covariance import check_model
from consilience.stats.mixtures.profiles import (
    Profiles,
    check_profiles,
    make_task,
    solve,
)
from consilience.stats.resample import Streams

Floats = NDArray[np.float64]

CRITERIA: Final = ("bic", "aic", "sabic", "caic", "icl")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """Solutions side by side: models in the order asked, then numbers of profiles ascending.

    Args:
        solutions: one for each model and number.

    Example:
        >>> from consilience.base.seeds import stream
        >>> rng = stream(7, "example")
        >>> data = np.vstack([rng.normal(0, 1, (60, 3)), rng.normal(4, 1, (40, 3))])
        >>> table = select_profiles(
        ...     data, profiles=(1, 2, 3), streams=lambda each: stream(7, "starts", block=each)
        ... )
        >>> table.best("bic").model, table.best("bic").profiles
        ('EEI', 2)
    """

    solutions: tuple[Profiles, ...]

    def best(self, criterion: str = "bic") -> Profiles:
        """Which solution has the least value of a criterion?

        Args:
            criterion: `bic`, `aic`, `sabic`, `caic` or `icl`.

        Returns:
            The solution; the first of all if none could be fitted.

        Raises:
            Fault: STA-001 for another criterion.
        """
        values = self.column(criterion)
        return self.solutions[int(np.argmin(np.where(np.isnan(values), np.inf, values)))]

    def column(self, criterion: str) -> Floats:
        """(solutions,) values of a criterion, less is better; nan where nothing was fitted.

        Raises:
            Fault: STA-001 for another criterion.
        """
        if criterion not in CRITERIA:
            raise Fault("STA-001", what="criterion", value=criterion, known=", ".join(CRITERIA))
        return np.array([getattr(each, criterion) for each in self.solutions], dtype=float)

    def rows(self) -> list[dict[str, float | int | str]]:
        """One line a solution: model, number, fit, criteria, entropy, size of the smallest."""
        return [
            {
                "model": each.model,
                "profiles": each.profiles,
                "loglik": each.loglik,
                "npar": each.npar,
                **{name: float(getattr(each, name)) for name in CRITERIA},
                "entropy": each.entropy,
                "smallest": float(each.shares.min()),
                "replicated": each.replicated,
            }
            for each in self.solutions
        ]


def select_profiles(
    values: ArrayLike,
    *,
    streams: Streams,
    profiles: Sequence[int] = (1, 2, 3, 4, 5, 6),
    models: Sequence[str] = ("EEI", "VVI"),
    starts: int = 100,
    weights: ArrayLike | None = None,
    tolerance: float = 1e-10,
    rounds: int = 3000,
) -> Selection:
    """Which number of profiles and which model describe the units best for their size?

    Args:
        values: (units, variables), nan where missing.
        streams: the random stream of a solution, by its number in the table.
        profiles: numbers of profiles, each 1 or more.
        models: covariance models; see `latent_profiles`.
        starts: starts of each solution.
        weights: (units,) how often each unit counts; 1 if None.
        tolerance: see `latent_profiles`.
        rounds: see `latent_profiles`.

    Returns:
        The solutions. Each also starts from the solution with one profile less, its widest
        profile split, and from the same number of profiles under the models before it.

    Raises:
        Fault: as `latent_profiles`.

    Source:
        Nylund, Asparouhov and Muthén (2007), Deciding on the number of classes in latent class
        analysis and growth mixture modeling, for which criteria to trust.

    Differs:
        mclustBIC prints minus our `bic`; tidyLPA calls EEI, VVI, EEE and VVV models 1, 2, 3
        and 6.

    Example:
        >>> from consilience.base.seeds import stream
        >>> rng = stream(1, "kinds")
        >>> units = np.concatenate([rng.normal(0, 1, (40, 2)), rng.normal(6, 1, (20, 2))])
        >>> found = select_profiles(
        ...     units,
        ...     streams=lambda number: stream(1, "select", block=number),
        ...     profiles=(1, 2, 3),
        ...     models=("EEI",),
        ...     starts=10,
        ... )
        >>> found.best().profiles
        2
    """
    task = make_task(
        values,
        weights=weights,
        starts=starts,
        tolerance=tolerance,
        rounds=rounds,
        rng=streams(0),
    )
    numbers = sorted(check_profiles(each) for each in profiles)
    variables = max(task.values.shape[1], 1)
    done: list[Profiles] = []
    for model in models:
        name = check_model(model, variables=variables)
        for number in numbers:
            begin = _begin(task.values, done, name, number)
            done.append(solve(task, name, number, rng=streams(len(done)), begin=begin))
    return Selection(solutions=tuple(done))


def _begin(values: Floats, done: Sequence[Profiles], model: str, profiles: int) -> Floats | None:
    found = [
        split_widest(values, each)
        for each in done
        if each.profiles == profiles - 1 and each.model == model and np.isfinite(each.loglik)
    ]
    found += [
        _filled(each.posterior).T
        for each in done
        if each.profiles == profiles > 1 and np.isfinite(each.loglik)
    ]
    return np.array(found) if found else None


def split_widest(values: Floats, solution: Profiles) -> Floats:
    """Which memberships follow when the widest profile falls into two?

    Args:
        values: (units, variables), nan where missing.
        solution: the solution with one profile less.

    Returns:
        (profiles + 1, units) probabilities: the profile with most variance, counted by its
        size, is cut through its middle across its longest axis.

    Example:
        >>> from consilience.base.seeds import stream
        >>> from consilience.stats.mixtures.profiles import latent_profiles
        >>> data = np.array([[1.0], [2.0], [11.0], [12.0]])
        >>> one = latent_profiles(data, profiles=1, rng=stream(1, "profiles"))
        >>> split_widest(data, one).tolist()
        [[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]]
    """
    posterior = _filled(solution.posterior)
    spread = np.sqrt(np.einsum("k,kdd->d", solution.shares, solution.covariances))
    scaled = solution.covariances / spread[:, None] / spread
    widest = int((solution.shares * np.trace(scaled, axis1=1, axis2=2)).argmax())
    axis = np.linalg.eigh(scaled[widest])[1][:, -1]
    off = np.where(np.isnan(values), 0.0, (values - solution.means[widest]) / spread)
    upper = off @ axis * np.sign(axis[np.abs(axis).argmax()]) > 0
    parts = np.where([upper, ~upper], posterior[:, widest], 0.0)
    return np.vstack([np.delete(posterior.T, widest, axis=0), parts])


def _filled(posterior: Floats) -> Floats:
    return np.where(np.isnan(posterior), 1 / posterior.shape[1], posterior)
