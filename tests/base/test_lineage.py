"""Hashes of content, and the note that each result carries."""

import dataclasses
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.lineage import Lineage, code_version, hash_bytes, hash_file, hash_json

QUICK = settings(max_examples=60, deadline=None)
NOTE = Lineage(
    stage="linked",
    inputs={"a": "1" * 64, "b": "2" * 64},
    parameters="3" * 64,
    seed_stream="",
    code="4" * 16,
    simulated=True,
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@QUICK
@given(st.binary(max_size=200))
def test_bytes_and_file_have_one_hash(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("hash") / "file"
    path.write_bytes(content)
    assert hash_file(path) == hash_bytes(content) == hashlib.sha256(content).hexdigest()


@QUICK
@given(st.dictionaries(st.text(max_size=4), plain, max_size=5))
def test_the_order_of_keys_does_not_count(value):
    turned = dict(reversed(list(value.items())))
    assert hash_json(value) == hash_json(turned)


def test_the_order_of_a_list_counts():
    assert hash_json([1, 2]) != hash_json([2, 1])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "other"),
        ("inputs", {"a": "1" * 64, "b": "9" * 64}),
        ("inputs", {"a": "1" * 64}),
        ("parameters", "9" * 64),
        ("seed_stream", "congruence/permutation"),
        ("code", "9" * 16),
        ("simulated", False),
    ],
)
def test_whatever_went_in_changes_the_key(name, value):
    assert dataclasses.replace(NOTE, **{name: value}).key() != NOTE.key()


def test_every_field_of_the_note_is_tried_above():
    tried = {"stage", "inputs", "parameters", "seed_stream", "code", "simulated"}
    assert {field.name for field in dataclasses.fields(Lineage)} == tried


def test_the_order_in_which_inputs_were_read_does_not_count():
    turned = dataclasses.replace(NOTE, inputs=dict(reversed(list(NOTE.inputs.items()))))
    assert turned.key() == NOTE.key()


def test_the_version_of_the_code_is_the_same_each_time():
    version = code_version()
    assert len(version) == 16
    code_version.cache_clear()
    assert code_version() == version
