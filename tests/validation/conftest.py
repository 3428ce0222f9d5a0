"""A small folder of cases."""

import json

import pytest

from consilience.validation.model import Case


@pytest.fixture
def made_case():
    """Return a function that makes a case from what matters in it."""

    def make(**parts):
        whole = {
            "id": "a-case",
            "statistic": "mean",
            "data": "d",
            "columns": {},
            "args": {},
            "expected": {},
            "tolerance": 1e-8,
            "call": "",
            "packages": ("base",),
            "note": "",
        }
        return Case(**(whole | parts))

    return make


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes a folder of cases and returns it."""

    def write(cases, files=None, inner=""):
        place = tmp_path / inner
        place.mkdir(exist_ok=True)
        for name, text in (files or {}).items():
            (place / f"{name}.csv").write_text(text, encoding="utf-8")
        datasets = {name: {"file": f"{name}.csv"} for name in files or {}}
        text = json.dumps({"datasets": datasets, "cases": cases})
        (place / "expected.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write
