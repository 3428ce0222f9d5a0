"""What may not stand in any file that is kept: addresses of registries, paths of one machine."""

import re
import subprocess
from pathlib import Path

import pytest

MACHINE = re.compile(
    "|".join(
        [r"(?<![\w.}-])/" + folder + "/" for folder in ("work", "root", "tmp", r"home/\w+")]
        + [r"[A-Z]:\\" + "Users", r"\.libra" + "ry/"]
    )
)
ADDRESS = re.compile(r"\w+://|(?<!emit-)index-url|\bregistr" + "y=")
# Files that say where software comes from: they name versions and hashes, never places.
SOURCES = re.compile(r"(\.lock|\.cfg|\.ini|\.npmrc|(^|/)Makefile|pyproject\.toml|^\.ci/.*)$")


def kept_files(root):
    """Return the files that are or would be committed, relative to the checkout."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listing.returncode:  # an unpacked archive has no history
        inside = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
        return sorted(path for path in inside if not path.parts[0].startswith(".venv"))
    names = listing.stdout.decode().split("\0")
    return sorted(Path(name) for name in names if name and (root / name).is_file())


def breaches(root):
    """Return every line that names a place it may not, as `file:line: what`."""
    found = []
    for path in kept_files(root):
        try:
            lines = (root / path).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, start=1):
            if MACHINE.search(line):
                found.append(f"{path.as_posix()}:{number}: a path of one machine")
            if SOURCES.search(path.as_posix()) and ADDRESS.search(line):
                found.append(f"{path.as_posix()}:{number}: an address")
    return found


def test_no_kept_file_names_a_place_it_may_not(root):
    assert breaches(root) == []


def test_the_listing_is_not_empty(root):
    names = {path.as_posix() for path in kept_files(root)}
    assert {"pyproject.toml", "requirements.lock", "tests/house/test_tracked.py"} <= names


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("docs/a.md", "see /~work/main/src", "a path of one machine"),
        ("src/a.py", 'PATH = "/~root/x"', "a path of one machine"),
        ("tests/a.py", 'PATH = "/~tmp/x"', "a path of one machine"),
        ("tests/a.py", 'PATH = "/~home/somebody/x"', "a path of one machine"),
        ("README.md", "C:\\~Users\\me", "a path of one machine"),
        ("requirements.lock", "a @ https:~//example.org/a.whl", "an address"),
        ("pyproject.toml", 'extra-~index-url = "x"', "an address"),
        (".ci/run", "pip install --~index-url x y", "an address"),
    ],
)
def test_a_planted_place_is_seen(tmp_path, file, text, what):
    """The ~ is taken out of the text: otherwise this file would break its own rule."""
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"first line\n{text.replace('~', '')}\n", encoding="utf-8")
    assert breaches(tmp_path) == [f"{file}:2: {what}"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("docs/a.md", "social work/education, https://example.org in prose"),
        ("Makefile", "uv pip compile --no-emit-index-url"),
        ("docs/a.md", "[a](../tutorial/first.md)"),
    ],
)
def test_what_is_allowed_is_let_through(tmp_path, file, text):
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert breaches(tmp_path) == []
