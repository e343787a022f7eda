"""Zip archives of a class, read member by member in memory and with suspicion."""

from __future__ import annotations

import lzma
import stat
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from gradcheck.submissions.reading.files import ARCHIVE, MOST_BYTES
from gradcheck.submissions.reading.notebooks import UnreadableError

MOST_MEMBERS = 100_000
MOST_IN_ALL = 20_000_000_000
HIGHEST_RATIO = 200  # text shrinks to a tenth, a notebook with empty plots to a fiftieth
_SMALL = 1_000_000  # what inflates to less harms nobody
_ENCRYPTED = 1
_BROKEN = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name, and what gives its bytes or the reason why not."""

    name: str
    load: Callable[[], bytes]


def members_of(path: Path) -> tuple[Member, ...]:
    """List the files in an archive, in alphabetical order.

    Raises
    ------
    UnreadableError
        If it is no archive, or one made to fill a disk.
    """
    try:
        archive = ZipFile(path)  # its members read from it later; it closes with the last of them
    except _BROKEN as error:
        reason = getattr(error, "strerror", None) or "not a zip archive, or a broken one"
        raise UnreadableError(f"cannot be read: {reason}") from None
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _refuse_bombs(infos)
    ordered = sorted(infos, key=lambda info: info.filename)
    return tuple(Member(info.filename, partial(_bytes, archive, info)) for info in ordered)


def _refuse_bombs(infos: Sequence[ZipInfo]) -> None:
    if len(infos) > MOST_MEMBERS:
        raise UnreadableError(f"holds {len(infos)} files, expected at most {MOST_MEMBERS}")
    if sum(info.file_size for info in infos) > MOST_IN_ALL:
        gigabytes = MOST_IN_ALL // 10**9
        raise UnreadableError(f"inflates to more than {gigabytes} GB; a class takes less")
    by_offset = sorted(infos, key=lambda info: info.header_offset)
    if any(a.header_offset + a.compress_size > b.header_offset for a, b in pairwise(by_offset)):
        raise UnreadableError("its members overlap: a zip bomb, or a broken archive")


def _bytes(archive: ZipFile, info: ZipInfo) -> bytes:
    reason = _suspicion(info)
    if reason:
        raise UnreadableError(reason)
    try:
        with archive.open(info) as stream:
            return stream.read(MOST_BYTES)
    except NotImplementedError:
        raise UnreadableError("packed by a method that is not known here; zip it anew") from None
    except _BROKEN:
        raise UnreadableError("broken in the archive; zip it anew") from None


def _suspicion(info: ZipInfo) -> str:
    """Say why a member is not read, or nothing."""
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or path.parts[0].endswith(":"):
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a symbolic link, which is not followed"
    if path.suffix.lower() == ARCHIVE:
        return "an archive in an archive, which is not opened; unpack the outer one"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted; zip it without a password"
    if info.file_size > MOST_BYTES:
        return f"larger than {MOST_BYTES // 1_000_000} MB; clear its outputs"
    if info.file_size > max(_SMALL, HIGHEST_RATIO * info.compress_size):
        return f"inflates to more than {HIGHEST_RATIO} times its size: a zip bomb"
    return ""
