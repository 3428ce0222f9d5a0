"""Many short texts in little memory: what a list of them would take, by a third."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, MutableSequence
from typing import Any

_NONE = -1


class Strings(MutableSequence[Any]):
    """A list of texts or None, kept as one stretch of bytes; changed as a whole or at its end.

    Example:
        >>> names = Strings(["a", None])
        >>> names.append("é")
        >>> list(names), names[-1]
        (['a', None, 'é'], 'é')
    """

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        """Take the values."""
        self._bytes = bytearray()
        self._starts, self._lengths = array("q"), array("q")
        self.extend(values)

    def append(self, value: str | None) -> None:
        """Add a text at the end."""
        self._starts.append(len(self._bytes))
        if value is None:
            self._lengths.append(_NONE)
            return
        # Half a pair may stand in somebody's file; it comes back as it was.
        encoded = value.encode("utf-8", "surrogatepass")
        self._lengths.append(len(encoded))
        self._bytes += encoded

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401  (the base's form)
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        start, length = self._starts[at], self._lengths[at]
        if length == _NONE:
            return None
        return self._bytes[start : start + length].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[Any]:
        # The base's way, place by place until there is none, takes twice the time.
        whole = self._bytes
        for start, length in zip(self._starts, self._lengths, strict=True):
            end = start + length
            yield None if length == _NONE else whole[start:end].decode("utf-8", "surrogatepass")

    def __setitem__(self, at: Any, values: Any) -> None:  # noqa: ANN401
        if at != slice(None):
            raise TypeError("a list of this kind is changed as a whole")
        self.__init__(list(values))  # type: ignore[misc]  # made anew in its place

    def __delitem__(self, at: Any) -> None:  # noqa: ANN401
        self[at] = ()

    def insert(self, index: int, value: Any) -> None:  # noqa: ANN401
        """Add a text, at the end only."""
        if index < len(self):
            raise TypeError("texts come in at the end")
        self.append(value)
