"""Which voice is this? A vector for each stretch of a recording, from published weights.

The network (three layers of LSTM, Wan et al. 2018) is run in NumPy, so that no other program for
neural networks is needed; the weights are a file of the user's, as those of Resemblyzer.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from consilience.base.errors import Fault, Where

Floats = npt.NDArray[np.float32]

RATE: Final = 16_000
HOP: Final = RATE // 100
_WINDOW: Final = RATE // 40
_MELS: Final = 40
# Frames of one stretch: 1.6 s, on which the network was trained.
FRAMES: Final = 160
_LAYERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceWeights:
    """The weights of the network: a matrix of inputs, of states and a bias a layer; projection."""

    layers: tuple[tuple[Floats, Floats, Floats], ...]
    projection: Floats
    bias: Floats


class _FloatStorage:
    """The name under which weights files keep numbers."""


def _rebuild(
    storage: Floats, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: object
) -> Floats:
    steps = tuple(step * storage.itemsize for step in stride)
    return np.lib.stride_tricks.as_strided(storage[offset:], size, steps)


_ALLOWED: Final = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
    ("torch", "FloatStorage"): _FloatStorage,
}


class _Weights(pickle.Unpickler):
    """Reads numbers and nothing else: a weights file must not be able to run anything."""

    def __init__(self, handle: IO[bytes]) -> None:
        super().__init__(handle)
        self.storages: dict[str, Floats] = {}

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401  (the base class's form)
        """Return one of three harmless names."""
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not a part of weights")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: Any) -> Floats:  # noqa: ANN401  (the base class's form)
        """Return the place of some numbers, which follow later in the file."""
        key, count = str(pid[2]), int(pid[4])
        return self.storages.setdefault(key, np.zeros(count, np.float32))


def read_weights(path: Path) -> VoiceWeights:
    """Read the weights of a voice encoder: nothing in the file is run.

    Args:
        path: a file in the form in which Resemblyzer's weights are published.

    Returns:
        The weights.

    Raises:
        Fault: INT-104 if it is not such a file.
    """
    try:
        with path.open("rb") as handle:
            state = _state(handle)
        names = [f"lstm.{part}_l{n}" for n in range(_LAYERS) for part in ("weight_ih", "weight_hh")]
        matrices = [state[name] for name in names]
        biases = [state[f"lstm.bias_ih_l{n}"] + state[f"lstm.bias_hh_l{n}"] for n in range(_LAYERS)]
        projection, bias = state["linear.weight"], state["linear.bias"]
    except (OSError, KeyError, IndexError, ValueError, EOFError, pickle.UnpicklingError) as error:
        where = Where(file=path.name)
        raise Fault("INT-104", where=where, reason=str(error)) from error
    layers = tuple(zip(matrices[::2], matrices[1::2], biases, strict=True))
    return VoiceWeights(layers=layers, projection=projection, bias=bias)


def _state(handle: IO[bytes]) -> dict[str, Floats]:
    # Four pickles (a mark, a version, sizes, the tree), the order of the numbers, the numbers.
    for _ in range(3):
        _Weights(handle).load()
    reader = _Weights(handle)
    tree = reader.load()
    for key in _Weights(handle).load():
        count = int(np.frombuffer(handle.read(8), "<i8")[0])
        reader.storages[key][:] = np.frombuffer(handle.read(4 * count), "<f4")
    state: dict[str, Floats] = tree["model_state"]
    return state


def mel_frames(sound: Floats) -> Floats:
    """Return the power of a sound in 40 mel bands, a row every 10 ms.

    Args:
        sound: samples at 16 kHz, -1 to 1.

    Returns:
        Frames by bands, not in decibels.

    Source: Slaney (1998), Auditory Toolbox: linear below 1 kHz, logarithmic above.
    """
    padded = np.pad(sound, _WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP]
    hann = np.hanning(_WINDOW + 1)[:-1]
    power = np.abs(np.fft.rfft(windows * hann, axis=1)) ** 2
    frames: Floats = (power @ _mel_bank().T).astype(np.float32)
    return frames


def _mel_bank() -> npt.NDArray[np.float64]:
    top = _to_mel(np.array(RATE / 2))
    edges = _from_mel(np.linspace(0, top, _MELS + 2))
    bins = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    bank = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(bank * (2 / (edges[2:] - edges[:-2]))[:, None])


def _to_mel(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = 15 + np.log(np.maximum(hertz, 1) / 1000) * 27 / np.log(6.4)
    return np.where(hertz < 1000, hertz * 3 / 200, above)


def _from_mel(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))


def embed(stretches: Floats, weights: VoiceWeights) -> Floats:
    """Return a vector of length one for the voice in each stretch: alike voices point alike.

    Args:
        stretches: stretches by frames by bands, as of `mel_frames`.
        weights: of `read_weights`.

    Returns:
        Stretches by 256, none negative.

    Source: Wan, Wang, Papir and Lopez Moreno (2018), Generalized end-to-end loss for speaker
    verification.
    """
    sequence = stretches
    for inputs, states, bias in weights.layers:
        sequence = _layer(sequence, inputs, states, bias)
    raw = np.maximum(0, sequence[:, -1] @ weights.projection.T + weights.bias)
    norms = np.linalg.norm(raw, axis=1, keepdims=True)
    vectors: Floats = raw / np.maximum(norms, 1e-12)
    return vectors


def _layer(sequence: Floats, inputs: Floats, states: Floats, bias: Floats) -> Floats:
    count, frames, _ = sequence.shape
    width = states.shape[1]
    driven = sequence @ inputs.T + bias
    hidden, cell = np.zeros((2, count, width), np.float32)
    outputs = np.empty((count, frames, width), np.float32)
    for frame in range(frames):
        gates = driven[:, frame] + hidden @ states.T
        entering, keeping, fresh, leaving = np.split(gates, 4, axis=1)
        cell = _sigmoid(keeping) * cell + _sigmoid(entering) * np.tanh(fresh)
        hidden = _sigmoid(leaving) * np.tanh(cell)
        outputs[:, frame] = hidden
    return outputs


def _sigmoid(values: Floats) -> Floats:
    # By the hyperbolic tangent, which cannot overflow.
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), dtype=np.float32)
