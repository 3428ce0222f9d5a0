"""Mails wait in the outbox, and are handed in only at a server that the folder names."""

from __future__ import annotations

import datetime as dt
import socketserver
import threading

import pytest
from made_catalogue import settings

from consilience.base.errors import Fault, Faults
from consilience.desk.catalogue import make_catalogue, opened_catalogue
from consilience.desk.outbox import mail_server, outbox, send_waiting
from consilience.desk.readers import Letters, register
from consilience.store.mails import MailServer, deliver, waiting_mails

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LETTERS = Letters(
    catalogue="Archive",
    confirm=lambda token: f"https://data.example.org/confirm/{token}",
    reset=lambda token: f"https://data.example.org/reset/{token}",
)


class PostOffice(socketserver.ThreadingTCPServer):
    """A mail server of a few words."""

    allow_reuse_address = True

    def __init__(self):
        self.taken, self.refuses = [], ()
        super().__init__(("127.0.0.1", 0), Counter)

    @property
    def port(self):
        return self.server_address[1]


class Counter(socketserver.StreamRequestHandler):
    """One conversation."""

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")

    def handle(self):
        self.say("220 here")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "DATA":
                self.say("354 go on")
                text = b""
                while (row := self.rfile.readline()) != b".\r\n":
                    text += row
                self.server.taken.append((to, text.decode()))
                self.say("250 taken")
            elif word == "RCPT":
                to = line.partition("<")[2].rstrip(">")
                self.say("550 nobody" if to in self.server.refuses else "250 fine")
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 fine")
        return None


@pytest.fixture
def office():
    server = PostOffice()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def archive(tmp_path):
    make_catalogue(tmp_path / "archive", settings())
    with opened_catalogue(tmp_path / "archive") as catalogue:
        yield catalogue


def invite(archive, *emails):
    for email in emails:
        register(archive.engine, archive.folder, name="Eve", email=email,
                 password="four plain words here", letters=LETTERS, at=AT)  # fmt: skip


def name_server(archive, port, text=""):
    words = f"host: 127.0.0.1\nport: {port}\nsender: archive@example.org\nsecurity: none\n{text}"
    (archive.folder / "mail.yaml").write_text(words, "utf-8")


def send(archive):
    return send_waiting(archive.engine, archive.folder, clock=lambda: AT)


def test_without_a_server_mails_wait(archive):
    invite(archive, "eve@uni.example")
    assert send(archive) == 0
    waiting = outbox(archive.engine)
    assert [mail.address for mail in waiting] == ["eve@uni.example"]
    assert "https://data.example.org/confirm/" in waiting[0].words


def test_mails_are_handed_in_and_their_words_forgotten(archive, office):
    invite(archive, "eve@uni.example", "kim@uni.example")
    name_server(archive, office.port)
    assert send(archive) == 2
    assert [to for to, _ in office.taken] == ["eve@uni.example", "kim@uni.example"]
    text = office.taken[0][1]
    assert "From: archive@example.org" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "confirm" in text
    assert outbox(archive.engine) == []
    from consilience.store.access_tables import MAIL
    from consilience.store.database import snapshot

    with snapshot(archive.engine) as connection:
        rows = connection.execute(MAIL.select()).all()
        assert {(row.words, row.sent) for row in rows} == {("", "2026-03-02T09:00:00Z")}
        assert waiting_mails(connection) == []
    assert send(archive) == 0


def test_one_that_is_refused_waits_with_the_reason_and_holds_up_no_other(archive, office):
    invite(archive, "eve@uni.example", "kim@uni.example")
    name_server(archive, office.port)
    office.refuses = ("eve@uni.example",)
    assert send(archive) == 1
    waiting = outbox(archive.engine)
    assert [mail.address for mail in waiting] == ["eve@uni.example"]
    assert "nobody" in waiting[0].failed
    office.refuses = ()
    assert send(archive) == 1


def test_a_server_that_is_not_there_is_told_beside_the_mail(archive):
    invite(archive, "eve@uni.example")
    name_server(archive, 1)
    assert send(archive) == 0
    assert "127.0.0.1" in outbox(archive.engine)[0].failed
    server = MailServer(host="127.0.0.1", port=1, sender="a@b.example", security="none")
    with pytest.raises(Fault) as caught:
        deliver(server, outbox(archive.engine))
    assert caught.value.code == "STO-101"


@pytest.mark.parametrize(
    "text",
    [
        "hostt: x\n",
        "host: x\nport: 0\nsender: a@b.example\n",
        "host: x\nsender: nobody\n",
        "host: x\nsender: a@b.example\nsecurity: perhaps\n",
        "host: x\nsender: a@b.example\npassword_file: not-there.txt\n",
    ],
)
def test_settings_that_do_not_fit_are_told_and_lose_no_mail(archive, text):
    invite(archive, "eve@uni.example")
    (archive.folder / "mail.yaml").write_text(text, "utf-8")
    with pytest.raises(Fault) as caught:
        mail_server(archive.folder)
    assert caught.value.code == "CAT-041"
    assert send(archive) == 0
    assert outbox(archive.engine)[0].failed


def test_a_file_that_is_no_yaml_is_told_and_loses_no_mail(archive):
    invite(archive, "eve@uni.example")
    (archive.folder / "mail.yaml").write_text("host: [", "utf-8")
    with pytest.raises(Faults):
        mail_server(archive.folder)
    assert send(archive) == 0
    assert outbox(archive.engine)[0].failed


def test_the_password_stands_in_a_file_of_its_own_and_in_no_message(archive):
    (archive.folder / "secret.txt").write_text("hush hush\n", "utf-8")
    name_server(archive, 25, "user: archive\npassword_file: secret.txt\n")
    server = mail_server(archive.folder)
    assert server.password == "hush hush"
    assert "hush" not in repr(server)


def test_terms_that_are_no_text_are_told(archive):
    from consilience.desk.terms import terms_of

    (archive.folder / "terms.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Fault) as caught:
        terms_of(archive.folder, name="1")
    assert caught.value.code == "CAT-040"
