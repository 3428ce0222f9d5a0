"""Files are whole or as before, and one process holds a study."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from consilience.base.errors import Fault
from consilience.store import files
from consilience.store.files import hold, publish, write_whole, writing_fault


def limited(code: str, *, size: int) -> subprocess.CompletedProcess[str]:
    """Run Python code that may write no file longer than `size` bytes."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, preexec_fn=limit
    )


def test_write_whole_replaces(tmp_path):
    path = tmp_path / "deep" / "file"
    write_whole(path, b"first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert [each.name for each in path.parent.iterdir()] == ["file"]


@pytest.fixture(params=["pipe", "socket", "link to a pipe"])
def special(request, tmp_path, monkeypatch):
    """Return the path of something that is no file."""
    path = tmp_path / "out.csv"
    if request.param == "socket":
        monkeypatch.chdir(tmp_path)  # the path of a socket must be short
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("out.csv")
    elif request.param == "pipe":
        os.mkfifo(path)
    else:
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to(tmp_path / "pipe")
    return path


def test_nothing_is_put_in_the_place_of_a_pipe_or_socket(special, tmp_path):
    draft = tmp_path / "draft"
    draft.write_text("new")
    before = (special.lstat(), sorted(tmp_path.iterdir()))
    for act in (lambda: write_whole(special, b"new"), lambda: publish(draft, special)):
        with pytest.raises(Fault) as caught:
            act()
        assert caught.value.code == "STO-013"
        assert str(special) in caught.value.what
    assert (special.lstat(), sorted(tmp_path.iterdir())) == before


@pytest.mark.parametrize("place", ["/dev/null", "/dev/stdout", "/dev/fd/1", "/dev/none"])
def test_nothing_is_put_among_devices(place):
    with pytest.raises(Fault) as caught:
        files.check_place(Path(place))
    assert caught.value.code == "STO-013"


def test_a_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    code = (
        "from pathlib import Path\n"
        "from consilience.base.errors import Fault\n"
        "from consilience.store.files import write_whole\n"
        f"try: write_whole(Path({str(path)!r}), b'x' * 100_000)\n"
        "except Fault as fault: print(fault.code, fault.what)\n"
    )
    done = limited(code, size=20_000)
    assert done.stdout.startswith("STO-002"), done.stderr
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "STO-002"), (errno.EDQUOT, "STO-002"), (errno.EACCES, "STO-009")],
)
def test_what_the_system_refused_is_told(tmp_path, number, code):
    fault = writing_fault(tmp_path, OSError(number, os.strerror(number)))
    assert fault.code == code
    assert os.strerror(number) in fault.what
    assert "<" not in fault.what + fault.remedy


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "out").write_text("here already")
    (tmp_path / "draft").write_text("new")
    with pytest.raises(Fault) as caught:
        publish(tmp_path / "draft", tmp_path / "out" / "report.html")
    assert caught.value.code == "STO-009"
    assert (tmp_path / "draft").read_text() == "new"


def test_the_second_holder_is_told_who_holds(tmp_path):
    hidden = tmp_path / ".consilience"
    code = (
        "import sys\nfrom pathlib import Path\nfrom consilience.store.files import hold\n"
        f"with hold(Path({str(hidden)!r}), activity='a long run'):\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Fault) as caught, hold(hidden, activity="second"):
            pass
        fault = caught.value
        assert fault.code == "STO-001"
        assert str(holder.pid) in fault.what
        assert "a long run" in fault.what
        holder.kill()
        holder.wait()
    with hold(hidden, activity="after a kill"):
        assert json.loads((hidden / "holder.json").read_text())["pid"] == os.getpid()
