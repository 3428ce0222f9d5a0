"""The vault keeps names for the holder of the pass phrase and for nobody else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.store.vault import Vault, change_key, has_vault, make_vault, open_vault

KEY = "four random words here"
CHEAP = 2**4


@pytest.fixture(scope="module")
def vault(tmp_path_factory) -> Vault:
    return make_vault(tmp_path_factory.mktemp("study"), KEY, cost=CHEAP)


@settings(max_examples=50)
@given(content=st.binary(max_size=2000))
def test_what_was_written_is_read(vault, content):
    vault.write("text/abc/1", content)
    assert open_vault(vault.folder.parent, KEY).read("text/abc/1") == content


def test_nothing_on_disk_shows_the_words(vault):
    vault.write("registry", b"Priscilla Featherstonehaugh")
    for path in vault.folder.rglob("*"):
        if path.is_file():
            assert b"Priscilla" not in path.read_bytes()


def test_the_same_content_is_never_sealed_alike(vault):
    vault.write("a", b"same")
    vault.write("b", b"same")
    assert (vault.folder / "a.sealed").read_bytes() != (vault.folder / "b.sealed").read_bytes()


def test_entries_are_listed_read_and_removed(tmp_path):
    vault = make_vault(tmp_path, KEY, cost=CHEAP)
    assert vault.read("text/x/1") is None
    vault.write("text/x/1", b"1")
    vault.write("registry", b"2")
    assert vault.names() == ["registry", "text/x/1"]
    vault.remove("registry")
    vault.remove("registry")
    assert vault.names() == ["text/x/1"]


def test_entries_are_cleared_with_their_halves_and_their_folders(tmp_path):
    vault = make_vault(tmp_path, KEY, cost=CHEAP)
    for name in ("registry", "text/x/1", "text/y/1", "log/x/2"):
        vault.write(name, b"1")
    (vault.folder / "text" / "x" / "2.sealed.part").write_bytes(b"ha")
    assert vault.half_written() == ["text/x/2"]
    assert vault.names() == ["log/x/2", "registry", "text/x/1", "text/y/1"]
    vault.clear(["text/x/2"])
    assert (vault.half_written(), vault.read("text/x/1")) == ([], b"1")
    vault.clear(["text/x/1", "log/x/2"])
    assert sorted(path.name for path in vault.folder.rglob("*")) == [
        "1.sealed", "registry.sealed", "text", "vault.json", "y",
    ]  # fmt: skip
    with pytest.raises(Fault) as caught:
        vault.clear(["text/y/1", "../vault"])
    assert caught.value.code == "STO-034"
    assert vault.read("text/y/1") == b"1"


def test_a_wrong_pass_phrase_is_told(vault):
    with pytest.raises(Fault) as caught:
        open_vault(vault.folder.parent, KEY + "!")
    assert caught.value.code == "STO-031"


def test_there_must_be_a_vault_and_only_one(tmp_path):
    assert not has_vault(tmp_path)
    with pytest.raises(Fault) as caught:
        open_vault(tmp_path, KEY)
    assert caught.value.code == "STO-030"
    make_vault(tmp_path, KEY, cost=CHEAP)
    assert has_vault(tmp_path)
    with pytest.raises(Fault) as caught:
        make_vault(tmp_path, KEY, cost=CHEAP)
    assert caught.value.code == "STO-035"


def test_a_short_pass_phrase_is_refused(tmp_path):
    with pytest.raises(Fault) as caught:
        make_vault(tmp_path, "seven77")
    assert caught.value.code == "STO-033"
    assert not has_vault(tmp_path)


@pytest.mark.parametrize("name", ["../out", "/etc", "A", "a//b", "", "a/..", "a b"])
def test_a_name_cannot_leave_the_vault(vault, name):
    with pytest.raises(Fault) as caught:
        vault.write(name, b"")
    assert caught.value.code == "STO-034"


def test_a_changed_or_moved_entry_is_told(vault):
    vault.write("one", b"first")
    vault.write("two", b"second")
    (vault.folder / "two.sealed").write_bytes((vault.folder / "one.sealed").read_bytes())
    with pytest.raises(Fault) as caught:
        vault.read("two")
    assert caught.value.code == "STO-032"
    (vault.folder / "one.sealed").write_bytes(b"short")
    with pytest.raises(Fault) as caught:
        vault.read("one")
    assert caught.value.code == "STO-032"


@pytest.mark.parametrize(
    "change", [{"n": 2**40}, {"n": "x"}, {"salt": "%"}, {"key": "AAAA"}, {"r": 10**6}]
)
def test_a_changed_header_is_told_and_eats_no_memory(tmp_path, change):
    make_vault(tmp_path, KEY, cost=CHEAP)
    path = tmp_path / "vault" / "vault.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(Fault) as caught:
        open_vault(tmp_path, KEY)
    assert caught.value.code == "STO-032"


def test_the_key_is_never_printed(vault):
    assert KEY not in repr(vault)


def test_another_pass_phrase_opens_the_same_entries(tmp_path):
    vault = make_vault(tmp_path, KEY, cost=CHEAP)
    vault.write("text/x/1", b"words")
    sealed = (vault.folder / "text/x/1.sealed").read_bytes()
    change_key(tmp_path, KEY, "five quite other words now", cost=CHEAP)
    assert open_vault(tmp_path, "five quite other words now").read("text/x/1") == b"words"
    assert (vault.folder / "text/x/1.sealed").read_bytes() == sealed
    assert not list(vault.folder.rglob("*.part"))
    with pytest.raises(Fault) as caught:
        open_vault(tmp_path, KEY)
    assert caught.value.code == "STO-031"


@pytest.mark.parametrize(
    ("old", "new", "code"), [("another one", "long enough", "STO-031"), (KEY, "short", "STO-033")]
)
def test_a_pass_phrase_that_cannot_be_changed_stays(tmp_path, old, new, code):
    make_vault(tmp_path, KEY, cost=CHEAP)
    before = (tmp_path / "vault" / "vault.json").read_bytes()
    with pytest.raises(Fault) as caught:
        change_key(tmp_path, old, new, cost=CHEAP)
    assert caught.value.code == code
    assert (tmp_path / "vault" / "vault.json").read_bytes() == before


def test_a_lost_header_makes_no_new_vault_over_the_entries(tmp_path):
    vault = make_vault(tmp_path, KEY, cost=CHEAP)
    vault.write("registry", b"1")
    (vault.folder / "vault.json").unlink()
    assert has_vault(tmp_path)
    with pytest.raises(Fault) as caught:
        open_vault(tmp_path, KEY)
    assert caught.value.code == "STO-037"
    with pytest.raises(Fault) as caught:
        make_vault(tmp_path, KEY, cost=CHEAP)
    assert caught.value.code == "STO-035"


def test_what_is_gone_already_is_cleared_without_a_word(tmp_path):
    vault = make_vault(tmp_path, "a long enough key", cost=2)
    vault.write("memo/a1/m1", b"x")
    vault.write("memo/b1/m1", b"x")
    vault.clear(["memo/a1/m1", "memo/a1/m1", "text/a1/1"])
    assert vault.names() == ["memo/b1/m1"]
    assert not (vault.folder / "memo/a1").exists()
