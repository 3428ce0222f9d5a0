"""Run many independent pieces of work: in this process, or in several beside it."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Done = TypeVar("Done")

# A new process takes about a second to start; fewer pieces than this are not worth one.
FEWEST = 16
# Pieces that wait for each process: enough that none stands still, few enough to hold in memory.
_AHEAD = 12


def map_pieces(
    work: Callable[[Piece], Done], pieces: Sequence[Piece], *, workers: int
) -> list[Done]:
    """Return what `work` makes of each piece, in the order of the pieces.

    Args:
        work: depends on its piece alone, so that it gives the same in any process; a function
            of a module, or a partial of one, as it travels to other processes.
        pieces: what to work on; whatever a process may be handed.
        workers: most processes, 1 or more. One means this process.

    Returns:
        One result a piece. If a piece raises, its error is raised here.

    Example:
        >>> map_pieces(abs, [-1, 2], workers=4)
        [1, 2]
    """
    if workers < 2 or len(pieces) < FEWEST:
        return [work(piece) for piece in pieces]
    with _processes(workers) as pool:
        return list(pool.map(work, pieces))


def each_piece(
    work: Callable[[Piece], Done], pieces: Sequence[Piece], *, workers: int
) -> Iterator[Done]:
    """Yield what `work` makes of each piece, in their order, while later ones are worked on.

    As `map_pieces`, for results that would not all fit into memory.

    Example:
        >>> list(each_piece(abs, [-1, 2], workers=4))
        [1, 2]
    """
    if workers < 2 or len(pieces) < FEWEST:
        yield from map(work, pieces)
        return
    with _processes(workers) as pool:
        waiting: deque[Future[Done]] = deque()
        try:
            for piece in pieces:
                if len(waiting) >= workers * _AHEAD:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(work, piece))
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _processes(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=workers,
        # Spawned: a fork would copy the threads of the engine in the middle of work.
        mp_context=multiprocessing.get_context("spawn"),
        # Ctrl-C reaches every process of a terminal; the one that asked for the work answers it.
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
