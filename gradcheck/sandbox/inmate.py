"""One child at a time, as the host sees it: asked, waited for, and ended."""

from __future__ import annotations

import secrets
import signal
import time
from collections.abc import Mapping
from math import ceil
from typing import Any

from gradcheck.sandbox.channel import Channel, CodecError, Hangup, Late
from gradcheck.sandbox.values import Failure, Limits, clean
from gradcheck.sandbox.warm import SandboxError, WarmParent

START_SECONDS = 30.0
ROOM = 4  # frames hold a value, its arguments and its locals, each within the limit


class Inmate:
    """The child that runs a submission now, if one is alive.

    Parameters
    ----------
    warm
        Forks and ends children.
    stubs, limits
        What each child is told, and what it may use.
    """

    def __init__(self, warm: WarmParent, stubs: Mapping[str, str], limits: Limits) -> None:
        self._warm = warm
        self._limits = limits
        self._options = {
            "stubs": dict(stubs),
            "output_bytes": limits.output_bytes,
            "value_bytes": limits.value_bytes,
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": ceil(limits.total_seconds) + 1,
        }
        self._held: tuple[Channel, int] | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a child to ask."""
        return self._held is not None

    def start(self) -> None:
        """Start a fresh child.

        Raises
        ------
        SandboxError
            If its walls cannot be raised; then it has run nothing.
        """
        self.end()
        self._held = self._warm.fork(self._options, ROOM * self._limits.value_bytes + 2**16)
        try:
            hello = self._held[0].receive(time.monotonic() + START_SECONDS)
        except (Hangup, Late, CodecError) as error:
            self.end()
            raise SandboxError(f"a child did not start: {error}") from None
        if hello["trouble"]:
            self.end()
            raise SandboxError(f"a child could not be protected: {hello['trouble']}")

    def ask(self, what: str, options: Mapping[str, Any], seconds: float) -> Any:
        """Put one request; give the answer, or the failure that ended the child."""
        if self._held is None:
            return Failure("killed", "the process had ended")
        token = secrets.token_bytes(16)
        channel, deadline = self._held[0], time.monotonic() + seconds
        try:
            channel.send({"do": what, "with": dict(options), "token": token}, deadline)
            answer = channel.receive(deadline)
        except Late:
            self.end()
            return Failure("timed-out", f"did not finish within {seconds:.3g} seconds")
        except Hangup:
            return Failure(*_reason(self.end(grace=True)))
        except CodecError as error:
            self.end()
            return Failure("bad-value", clean(str(error)))
        if not isinstance(answer, dict) or answer.get("token") != token:
            self.end()
            return Failure("bad-value", "answered something else than it was asked")
        return answer

    def end(self, *, grace: bool = False) -> int | None:
        """End the child, if there is one; give its exit status."""
        if self._held is None:
            return None
        (channel, pid), self._held = self._held, None
        channel.close()
        try:
            return self._warm.end(pid, grace=grace)
        except SandboxError:  # the warm parent is gone, and its children with it
            return None


def _reason(status: int | None) -> tuple[Any, str]:
    """Say how a child ended: an exit status, negative for a signal, None if it is not known."""
    if status is None or status == -signal.SIGKILL:
        return "killed", "the process was killed"
    if status == -signal.SIGXCPU:
        return "timed-out", "used all of its processor time"
    if status < 0:
        known = [number.name for number in signal.Signals if number == -status]
        return "killed", f"the process died of {known[0] if known else f'signal {-status}'}"
    return "killed", f"the process ended itself with exit code {status}"
