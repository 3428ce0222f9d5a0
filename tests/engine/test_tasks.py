"""Pieces of work give the same wherever they run."""

from __future__ import annotations

import os
import signal

import pytest

from consilience.base.errors import Fault
from consilience.base.ids import check_id
from consilience.engine.tasks import FEWEST, map_pieces


@pytest.mark.parametrize("workers", [1, 2])
def test_results_stand_in_the_order_of_the_pieces(workers):
    pieces = list(range(-FEWEST, FEWEST))
    assert map_pieces(abs, pieces, workers=workers) == [abs(each) for each in pieces]


def test_other_processes_do_the_work():
    ours = f"/proc/{os.getpid()}"
    found = map_pieces(os.path.realpath, ["/proc/self"] * FEWEST, workers=2)
    assert ours not in found
    assert map_pieces(os.path.realpath, ["/proc/self"], workers=2) == [ours]


def test_what_interrupts_the_command_is_not_answered_by_its_processes():
    found = map_pieces(signal.getsignal, [signal.SIGINT] * FEWEST, workers=2)
    assert set(found) == {signal.SIG_IGN}


def test_a_fault_of_a_piece_arrives_whole():
    pieces = ["fine"] * FEWEST + ["Not an id"]
    with pytest.raises(Fault) as caught:
        map_pieces(check_id, pieces, workers=2)
    assert caught.value.code == "BAS-001"
    assert "Not an id" in caught.value.what
