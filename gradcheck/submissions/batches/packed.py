"""Results in little memory: a class of thousands must not grow the process that waits for it."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from typing import overload

from gradcheck.submissions.results import Submission


def pack(submission: Submission) -> bytes:
    """Make a result small: about a tenth of what it takes as an object."""
    return zlib.compress(pickle.dumps(submission), 1)


def unpack(data: bytes) -> Submission:
    """Give the result again."""
    submission: Submission = pickle.loads(zlib.decompress(data))  # noqa: S301 - packed above
    return submission


class Packed(Sequence[Submission]):
    """Results in their order, each unpacked when it is looked at; equal to a tuple of the same."""

    def __init__(self, results: Sequence[bytes]) -> None:
        self._results = results

    def __len__(self) -> int:
        return len(self._results)

    @overload
    def __getitem__(self, index: int) -> Submission: ...
    @overload
    def __getitem__(self, index: slice) -> Packed: ...
    def __getitem__(self, index: int | slice) -> Submission | Packed:
        if isinstance(index, slice):
            return Packed(self._results[index])
        return unpack(self._results[index])

    def __eq__(self, other: object) -> bool:  # and so no hash: nobody looks a class up
        return isinstance(other, Sequence) and tuple(self) == tuple(other)
