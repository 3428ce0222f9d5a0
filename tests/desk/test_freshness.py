"""What changed since a stage was run, as people call it."""

from __future__ import annotations

import pytest

from consilience.desk.freshness import in_words
from consilience.desk.live import LIVE


@pytest.mark.parametrize("kind", LIVE)
def test_every_kind_of_live_record_has_words(kind):
    words = in_words(f"live:{kind}")
    assert ":" not in words
    assert "_" not in words


def test_files_and_tables_are_called_by_name():
    assert in_words("file:intake/answers: 2.csv") == "intake/answers: 2.csv"
    assert in_words("table:areas/units") == "table units of stage areas"
