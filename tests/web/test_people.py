"""The commands `people` and `serve`."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.desk.bring_transcripts import make_room


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    assert call("new", folder, "--title", "Joint working").exit_code == 0
    return folder


def call(*arguments, given=None):
    words = [str(each) for each in arguments]
    return CliRunner().invoke(main, words, input=given, catch_exceptions=False)


def machine(*arguments):
    return json.loads(call(*arguments, "--json").stdout)


def test_an_account_from_beginning_to_end(study):
    made = machine("people", "add", study, "ann", "--name", "Ann B.", "--role", "coder")
    assert made["person"]["id"] == "person-1"
    assert len(made["one_time_password"]) == 19
    assert "ann: analyst, coder" in call("people", "roles", study, "ann", "coder", "analyst").stdout
    assert machine("people", "list", study)["people"][0]["roles"] == ["analyst", "coder"]
    again = machine("people", "password", study, "ann")["one_time_password"]
    assert again != made["one_time_password"]
    assert "shut out" in call("people", "deactivate", study, "ann").stdout
    assert "closed" in call("people", "list", study).stdout
    assert "may sign in" in call("people", "reactivate", study, "ann").stdout
    ledger = call("audit", "show", study, "--json").stdout
    assert [json.loads(line)["action"] for line in ledger.splitlines()] == [
        "account", "roles", "password", "deactivate", "reactivate",
    ]  # fmt: skip
    assert "ann" not in ledger.lower()


def test_a_password_that_is_asked_for(study):
    words = "four plain words here\n"
    done = call("people", "add", study, "ben", "--role", "lead", "--ask", given=words * 2)
    assert done.exit_code == 0
    assert "four plain" not in done.output
    assert "One-time" not in done.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("roles", "zoe", "coder"), "STO-051"),
        (("add", "ann", "--role", "boss"), "STO-052"),
    ],
)
def test_faults_are_told_in_words(study, arguments, code):
    done = call("people", arguments[0], study, *arguments[1:])
    assert done.exit_code == 1
    assert code in done.stderr


def test_what_the_roles_are_for(study):
    assert "reads and codes the texts" in call("people", "roles", study).stdout
    assert machine("people", "roles", study)["roles"]["curator"].startswith("prepares the deposit")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--host", "0.0.0.0"), "WEB-001"),
        (("--public-url", "http://coding.example.org"), "WEB-002"),
    ],
)
def test_no_server_that_the_network_could_listen_to(study, arguments, code):
    done = call("serve", study, *arguments)
    assert done.exit_code == 1
    assert code in done.stderr


def test_a_port_that_is_taken(study):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("serve", study, "--port", taken.getsockname()[1])
    assert done.exit_code == 1
    assert "WEB-003" in done.stderr


def test_serving_prints_its_address_answers_there_and_ends_cleanly(study):
    left = make_room(study)  # by a server that was killed while files came in
    command = [sys.executable, "-m", "consilience", "serve", str(study), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        address = process.stdout.readline().split("at ")[1].split(" ")[0].rstrip(".")
        with urllib.request.urlopen(f"{address}sign-in", timeout=10) as answer:
            page = answer.read().decode()
        assert not left.exists()
        process.terminate()
        _, log = process.communicate(timeout=10)
    assert "Joint working" in page
    line = json.loads(log.splitlines()[0])
    assert (line["door"], line["status"]) == ("sign-in", 200)
    assert "Traceback" not in log
