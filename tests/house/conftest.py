"""The house as the tests see it: the source as it is, and small houses with a planted fault."""

import pytest


@pytest.fixture(scope="session")
def package(root):
    """Return the folder of the package as it is."""
    return root / "src" / "consilience"


@pytest.fixture
def plant(tmp_path):
    """Return a function that writes one file into an otherwise empty package."""

    def write(relative, text):
        target = tmp_path / "src" / "consilience" / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text + "\n", encoding="utf-8")
        return tmp_path / "src" / "consilience"

    return write
