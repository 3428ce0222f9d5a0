"""Who may import whom: what the contracts of pyproject.toml cannot say, and that they bite."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FLOORS = (
    {"cli", "web"},
    {"desk"},
    {"store"},
    {"rehearsal", "report", "validation"},
    {"deposit"},
    {"congruence"},
    {"coding", "linkage", "measures"},
    {"interviews", "surveys"},
    {"selection"},
    {"frame"},
    {"design"},
    {"engine", "formats", "stats", "text"},
    {"base"},
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
ACTIVITIES = {
    "frame", "selection", "interviews", "surveys", "coding", "linkage", "measures", "congruence",
    "deposit",
}  # fmt: skip


def imports(path, package):
    """Yield (line, whole dotted target, whether inside a function) of each own import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        node
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(outer)
    }
    here = ["consilience", *path.relative_to(package).with_suffix("").parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = here[: -node.level] if node.level else []
            base = ".".join([*start, node.module] if node.module else start)
            targets = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in targets:
            if target.split(".")[0] == "consilience":
                yield node.lineno, target, node in inner


def offences(package):
    """Return every own import that breaks a wall, as `file:line: sentence`."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).parts
        if len(parts) == 1:
            continue  # the front door: __init__ and __main__
        for line, target, inside in imports(path, package):
            room, *rest = target.split(".")[1:] or [""]
            place = f"{'/'.join(parts)}:{line}: {target}"
            if inside:
                found.append(f"{place}: import inside a function")
            if room in FLOOR and (sentence := wrong(parts, room, rest)):
                found.append(f"{place}: {sentence}")
    return found


def wrong(parts, room, rest):
    """Say why a file of the package may not import from `room`; empty if it may."""
    home = parts[0]
    if room == home:
        return ""
    if FLOOR[room] <= FLOOR[home]:
        return "down-stream, or a neighbour on the same floor"
    is_model = parts[-1] == "model.py" or "model" in parts[:-1]
    if is_model and room != "base" and "model" not in rest:
        return "a model knows models and base only"
    if home not in {"desk", "cli", "web"} and room in ACTIVITIES and rest[:1] != ["model"]:
        return "only the model of another activity room"
    return ""


def test_the_walls_stand(package):
    assert offences(package) == []


def test_every_folder_has_a_floor(package):
    folders = {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    assert folders == set(FLOOR)


@pytest.mark.parametrize(
    ("file", "line", "sentence"),
    [
        ("base/planted.py", "from consilience.stats import gower", "down-stream"),
        ("base/planted.py", "import consilience.desk", "down-stream"),
        ("stats/planted.py", "from ..formats import tables", "neighbour"),
        ("report/planted.py", "from consilience import rehearsal", "neighbour"),
        ("surveys/planted.py", "from consilience.frame import areas", "only the model"),
        ("report/planted.py", "from consilience.linkage.link import f", "only the model"),
        ("store/planted.py", "import consilience.selection.choose", "only the model"),
        ("selection/model.py", "from consilience.stats import gower", "models and base only"),
        ("linkage/model.py", "from consilience.design.read import f", "models and base only"),
        (
            "desk/planted.py",
            "def f():\n    from consilience.base import ids\n    return ids",
            "inside a function",
        ),
        (
            "frame/planted.py",
            "def f():\n    import consilience.cli.main\n    return 1",
            "down-stream",
        ),
    ],
)
def test_a_wrong_import_is_seen(plant, file, line, sentence):
    found = offences(plant(file, line))
    assert any(each.startswith(file) and sentence in each for each in found), found


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("surveys/planted.py", "from consilience.frame.model import Frame"),
        ("surveys/planted.py", "from consilience.frame import model"),
        ("desk/planted.py", "from consilience.linkage.link import link_responses"),
        ("congruence/planted.py", "from consilience.stats import bands"),
        ("linkage/model.py", "from consilience.base.ids import check_id"),
        ("linkage/model.py", "from consilience.design.model import Study"),
    ],
)
def test_a_right_import_is_let_through(plant, file, line):
    assert not [each for each in offences(plant(file, line)) if each.startswith(file)]


def lint_imports(folder):
    """Run the contracts of pyproject.toml over the package in `folder`/src."""
    program = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "NO_COLOR": "1"}
    return subprocess.run(
        [program, "--config", "pyproject.toml", "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_contracts_are_kept(root):
    run = lint_imports(root)
    assert run.returncode == 0, run.stdout
    assert "0 broken" in run.stdout


PLANTED = (
    ("base", "import consilience.desk", "base.planted -> consilience.desk"),
    ("report", "import consilience.rehearsal", "report.planted -> consilience.rehearsal"),
    ("cli", "import consilience.store", "cli.planted -> consilience.store"),
    ("surveys", "import sqlite3", "surveys.planted -> sqlite3"),
    ("stats", "import pandas", "stats.planted -> pandas"),
    ("stats", "import consilience.stats.second", "no circle anywhere BROKEN"),
)


@pytest.fixture
def copied(root, tmp_path):
    """Return a copy of the checkout that the contracts can be run over."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "src", tmp_path / "src", ignore=ignored)
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_each_planted_import_breaks_its_contract(copied):
    for room, line, _ in PLANTED:
        with (copied / "src/consilience" / room / "planted.py").open("a") as handle:
            handle.write(f"{line}\n")
    second = copied / "src/consilience/stats/second.py"
    second.write_text("import consilience.stats.planted\n", encoding="utf-8")
    run = lint_imports(copied)
    assert run.returncode != 0
    assert "0 kept" in run.stdout, "each of the contracts must be able to fail"
    assert [shown for _, _, shown in PLANTED if shown not in run.stdout] == []


def test_a_room_without_a_floor_breaks_the_contract(copied):
    folder = copied / "src/consilience/newroom"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    run = lint_imports(copied)
    assert run.returncode != 0
    assert "consilience.newroom" in run.stdout
