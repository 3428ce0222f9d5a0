"""Every example in a docstring says what is true."""

import doctest
import importlib
import pkgutil

import pytest

import consilience

MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(consilience.__path__, "consilience.")
    # __main__ would start the program; migrations run only inside their own environment.
    if not found.name.endswith("__main__") and ".migrations." not in found.name
)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("name", MODULES)
def test_examples(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # an example that writes a file must not leave it here
    outcome = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert outcome.failed == 0


def test_there_are_modules_and_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = sum(
        len(test.examples)
        for name in MODULES
        for test in finder.find(importlib.import_module(name))
    )
    assert len(MODULES) > 20
    assert examples > 20


def test_a_wrong_example_is_seen():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    assert runner.run(wrong, out=lambda _: None).failed == 1
