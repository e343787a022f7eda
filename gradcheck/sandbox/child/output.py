"""Where a submission's prints go: nowhere, counted."""

from __future__ import annotations

import io


class Sink(io.TextIOBase):
    """A text stream that throws everything away, up to a number of characters."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.left = limit
        self.limit = limit

    def writable(self) -> bool:
        """Say that one may write."""
        return True

    def write(self, text: str) -> int:
        """Count and forget.

        Raises
        ------
        OSError
            Once more than the limit has been written.
        """
        self.left -= len(text)
        if self.left < 0:
            raise OSError(f"printed more than {self.limit} characters")
        return len(text)
