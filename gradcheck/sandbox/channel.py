"""The host's end of a socket to the other side: whole frames, or nothing, before a deadline."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.wire import HEADER, CodecError, Handle, body_length, frame

CHUNK = 2**16


class Hangup(ConnectionError):  # noqa: N818 - an event, told apart from an error
    """The other side has closed the channel."""


class Late(TimeoutError):  # noqa: N818 - likewise
    """The deadline passed."""


class Channel:
    """Frames over a socket.

    Parameters
    ----------
    end
        The host's end.
    limit
        The most bytes of one frame, in either direction.
    """

    def __init__(self, end: socket.socket, limit: int) -> None:
        self.end = end
        self.limit = limit
        self._come = b""  # of the next frame

    def close(self) -> None:
        """Hang up."""
        self.end.close()

    def send(self, value: Any, deadline: float, descriptors: tuple[int, ...] = ()) -> None:
        """Send one value, with file descriptors if there are any.

        Raises
        ------
        Late, Hangup
            If the other side does not take it in time, or is gone.
        CodecError
            If it cannot be sent.
        """
        data = frame(encode(value, limit=self.limit))
        if descriptors:  # they travel with the header
            self._guarded(deadline, partial(_with, self.end, data[: HEADER.size], descriptors))
            data = data[HEADER.size :]
        self._guarded(deadline, partial(self.end.sendall, data))

    def receive(self, deadline: float, restore: Callable[[Handle], Any] | None = None) -> Any:
        """Receive one value.

        Raises
        ------
        Late, Hangup
            If it does not arrive in time, or the other side is gone.
        CodecError
            If it is no value.
        """
        header = self._exactly(HEADER.size, deadline)
        return decode(self._exactly(body_length(header, self.limit), deadline), restore=restore)

    def _exactly(self, count: int, deadline: float) -> bytes:
        """Receive that many bytes, and whatever has come with them."""
        parts, missing = [self._come], count - len(self._come)
        while missing > 0:
            part = self._guarded(deadline, partial(self.end.recv, CHUNK))
            if not part:
                raise Hangup("the other side closed the channel")
            parts.append(part)
            missing -= len(part)
        come = b"".join(parts)
        self._come = come[count:]
        return come[:count]

    def _guarded(self, deadline: float, act: Callable[[], Any]) -> Any:
        """Act on the socket before the deadline, with one kind of error each for late and gone."""
        self.end.settimeout(max(deadline - time.monotonic(), 1e-6))
        try:
            return act()
        except TimeoutError:
            raise Late("the deadline passed") from None
        except OSError:
            raise Hangup("the other side closed the channel") from None


def _with(end: socket.socket, data: bytes, descriptors: tuple[int, ...]) -> None:
    """Send a few bytes together with descriptors."""
    socket.send_fds(end, [data], list(descriptors))


__all__ = ["Channel", "CodecError", "Hangup", "Late"]
