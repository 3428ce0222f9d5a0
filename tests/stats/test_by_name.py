"""Every function that analysts use stands in `consilience.stats`, with a running example."""

import doctest
import inspect

import pytest

from consilience import stats


@pytest.mark.parametrize("name", stats.__all__)
def test_a_name_leads_to_a_documented_thing(name):
    thing = getattr(stats, name)
    text = inspect.getdoc(thing)
    assert text.split("\n")[0].rstrip().endswith(("?", ".")), name
    if inspect.isfunction(thing):
        assert doctest.DocTestFinder().find(thing)[0].examples, name
        assert "Source:" in text or "Raises:" in text or "Returns:" in text
        assert all(each.annotation is not each.empty for each in
                   inspect.signature(thing).parameters.values())  # fmt: skip


def test_an_unknown_name_is_no_attribute():
    with pytest.raises(AttributeError):
        stats.phlogiston  # noqa: B018
