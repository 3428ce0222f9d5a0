"""Which passages say something like these? Vectors from a small model of language, run here.

A passage becomes a vector of length one; passages that mean alike point alike. It proposes and
never decides: each proposal carries its score, and a person says whether it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from consilience.base.errors import Fault, Where
from consilience.base.lineage import hash_file

Vectors = npt.NDArray[np.float32]

# all-MiniLM-L6-v2 was trained on passages of at most 256 tokens, about 190 words.
_MOST_TOKENS: Final = 256
_BATCH: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """A sentence model in ONNX form with its tokeniser.

    Args:
        sha256: hash of the model's file, which stands with every score.
        session: runs the network.
        tokeniser: cuts text into what the network knows.
    """

    sha256: str
    session: Any
    tokeniser: Any


def open_model(model: Path, tokeniser: Path, *, threads: int = 1) -> LanguageModel:
    """Open a sentence model; nothing is fetched.

    Args:
        model: an ONNX file that takes input_ids, attention_mask and token_type_ids.
        tokeniser: its tokenizer.json.
        threads: processors used.

    Raises:
        Fault: TXT-090 without the extra `similar`, TXT-091 if a file is not what it should be.
    """
    try:
        import onnxruntime  # noqa: PLC0415  (an extra: the core does without)
        import tokenizers  # noqa: PLC0415
    except ImportError as error:
        raise Fault("TXT-090", reason=str(error)) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # whatever the library raises for a bad file
        raise Fault("TXT-091", where=Where(file=str(model)), reason=str(error)) from error
    try:
        cutter = tokenizers.Tokenizer.from_file(str(tokeniser))
    except Exception as error:  # the library raises plain exceptions
        raise Fault("TXT-091", where=Where(file=str(tokeniser)), reason=str(error)) from error
    cutter.enable_truncation(_MOST_TOKENS)
    cutter.enable_padding()
    return LanguageModel(sha256=hash_file(model), session=session, tokeniser=cutter)


def vectors_of(texts: Sequence[str], model: LanguageModel) -> Vectors:
    """Return a vector of length one for each text.

    Args:
        texts: passages; of a long one the first 256 tokens count.
        model: of `open_model`.

    Returns:
        Texts by dimensions of the model, float32. The order of texts changes nothing beyond the
        last digits.

    Source: Reimers and Gurevych (2019), Sentence-BERT: mean of the token vectors.
    """
    # Alike lengths together: a batch is as slow as its longest passage.
    order = np.argsort([len(text) for text in texts], kind="stable")
    batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
    found = [_batch([texts[n] for n in batch], model) for batch in batches]
    if not found:
        return np.zeros((0, 0), np.float32)
    vectors = np.empty((len(texts), found[0].shape[1]), np.float32)
    vectors[order] = np.concatenate(found)
    return vectors


def _batch(texts: Sequence[str], model: LanguageModel) -> Vectors:
    cut = model.tokeniser.encode_batch(list(texts))
    given = {
        "input_ids": np.array([each.ids for each in cut], np.int64),
        "attention_mask": np.array([each.attention_mask for each in cut], np.int64),
        "token_type_ids": np.array([each.type_ids for each in cut], np.int64),
    }
    taken = {each.name for each in model.session.get_inputs()}
    tokens = model.session.run(None, {k: v for k, v in given.items() if k in taken})[0]
    mask = given["attention_mask"][:, :, None].astype(np.float32)
    means = (tokens * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
    vectors: Vectors = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
    return vectors


def nearest(
    passages: Vectors, examples: Vectors, *, top: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the passages most like any of some examples, the best first.

    Args:
        passages: vectors of length one, a row a passage.
        examples: vectors of length one, a row an example; at least one.
        top: how many are wanted.

    Returns:
        Row numbers of at most `top` passages and their scores: the greatest cosine similarity
        with an example, -1 to 1. Of equal scores the earlier passage comes first.

    Example:
        >>> rows, scores = nearest(np.eye(3, dtype="f4"), np.eye(3, dtype="f4")[1:2], top=2)
        >>> rows.tolist(), scores.tolist()
        ([1, 0], [1.0, 0.0])
    """
    scores = (passages @ examples.T).max(axis=1)
    rows = np.argsort(-scores, kind="stable")[:top]
    return rows, scores[rows]
