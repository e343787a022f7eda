"""What a protected child does: it answers the host's requests with numbers, one at a time.

Each answer repeats the request's token, so that an answer written too early answers nothing.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, BinaryIO

import numpy as np

from .capture import Capture, attributes_of
from .decode import decode
from .encode import encode
from .output import Sink
from .submission import Submission
from .wire import HEADER, CodecError, body_length, frame

MAX_REQUEST = 2**31
MAX_LOCALS = 300
LONGEST_MESSAGE = 300


class Worker:
    """One submission and what it may send back."""

    def __init__(self, stubs: Mapping[str, str], output_bytes: int, value_bytes: int) -> None:
        self.submission = Submission(stubs)
        self.output_bytes = output_bytes
        self.value_bytes = value_bytes

    def install(self) -> None:
        """Make this process the submission's; there is no way back."""
        self.submission.install()
        sys.stdout = sys.stderr = Sink(self.output_bytes)
        np.random.seed()  # noqa: NPY002 - or all children of one parent would draw alike
        random.seed()

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what one request asks."""
        does: Mapping[str, Callable[..., dict[str, Any]]]
        does = {"load": self.load, "call": self.call, "vars": self.attributes}
        return does[request["do"]](**request["with"])

    def load(self, pieces: Sequence[tuple[int, str, int]]) -> dict[str, Any]:
        """Run pieces, each given by its number, its source and its first line."""
        failures = [self.loaded(*piece) for piece in pieces]
        return {"failures": failures, "missing": self.submission.back.missing}

    def loaded(self, index: int, source: str, first_line: int) -> dict[str, Any] | None:
        """Run one piece; give its failure."""
        try:
            self.submission.load(index, source, first_line)
        except SyntaxError as error:
            line = first_line + (error.lineno or 1) - 1
            place = {"piece": index, "line": line, "function": None}
            return {"kind": "crashed", "message": f"SyntaxError: {error.msg}", **place}
        except BaseException as error:  # SystemExit too: nothing ends the loading
            return self.failure(error)
        return None

    def call(
        self, function: str, arguments: Sequence[bytes], named: bytes, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call a function and give its value, its arguments afterwards and its locals."""
        positional = [decode(item, restore=self.submission.restore) for item in arguments]
        keywords, names = decode(named, restore=self.submission.restore)
        capture = Capture(set(self.submission.pieces)) if options["capture"] else nullcontext()
        value, failure = None, None
        with _globals(self.submission.module.__dict__, names):
            try:
                called = self.submission.find(function)
                _sow(options["seed"])
                with capture:
                    value = called(*positional, **keywords)
            except BaseException as error:  # SystemExit too: an answer is due
                failure = self.failure(error)
        answer = self.packed(value, failure)
        answer["arguments"] = [self.packed(item)["value"] for item in positional]
        answer["locals"] = self.locals(getattr(capture, "found", {}))
        return answer

    def attributes(self, handle: bytes) -> dict[str, Any]:
        """Give the attributes of a kept object."""
        found = attributes_of(decode(handle, restore=self.submission.restore))
        named = self.locals({name: (value, 0) for name, value in found.items()})
        return {"value": None, "failure": None, "arguments": [], "locals": named}

    def packed(self, value: Any, failure: Any = None) -> dict[str, Any]:
        """Make bytes of a value, or say why they cannot be made."""
        try:
            data = encode(value, limit=self.value_bytes, keep=self.submission.keep)
        except CodecError as error:
            trouble = {"kind": "bad-value", "message": str(error)}
            return {"value": None, "failure": failure or trouble}
        return {"value": data, "failure": failure}

    def locals(self, found: Mapping[str, tuple[Any, int]]) -> dict[str, Any]:
        """Make bytes of the locals that are values, as long as there is room for them."""
        packed: dict[str, Any] = {}
        room = self.value_bytes
        for name, (value, line) in found.items():
            data = self.packed(value)["value"]
            if data is not None and len(data) <= room and len(packed) < MAX_LOCALS:
                room -= len(data)
                packed[name] = (data, line)
        return packed

    def failure(self, error: BaseException) -> dict[str, Any]:
        """Describe an exception by its type, its text and its place."""
        place = self.submission.place(error.__traceback__)
        return {"kind": "crashed", "message": _told(error), **place}


def serve(worker: Worker, reader: BinaryIO, writer: BinaryIO) -> None:
    """Answer requests until the host hangs up."""
    while header := reader.read(HEADER.size):
        request = decode(reader.read(body_length(header, MAX_REQUEST)))
        answer = {**worker.answer(request), "token": request["token"]}
        writer.write(frame(encode(answer, limit=4 * worker.value_bytes)))
        writer.flush()


def _sow(seed: int | None) -> None:
    """Set the random generators that submissions use."""
    if seed is not None:
        np.random.seed(seed)  # noqa: NPY002 - submissions draw from the legacy generator
        random.seed(seed)


def _told(error: BaseException) -> str:
    """Give type and text of an exception."""
    if isinstance(error, SystemExit):
        return "SystemExit: it stopped the program with sys.exit()"
    try:
        text = str(error)
    except BaseException as second:  # an exception of the submission may not even print
        text = f"(its text raised {type(second).__name__})"
    return f"{type(error).__name__}: {text}"[:LONGEST_MESSAGE]


class _globals:  # noqa: N801 - reads as a function
    """Set names of a namespace for a while."""

    def __init__(self, namespace: dict[str, Any], names: Mapping[str, Any]) -> None:
        self.namespace = namespace
        self.names = names

    def __enter__(self) -> None:
        self.before = {name: self.namespace[name] for name in self.names if name in self.namespace}
        self.namespace.update(self.names)

    def __exit__(self, *error: object) -> None:
        for name in self.names:
            self.namespace.pop(name, None)
        self.namespace.update(self.before)
