"""Where submissions lie: files, folders, archives of a class, standard input.

Each file is one submission, also where a class is handed in as a folder a student: a name tells
whose it is. Nothing is unpacked to disk, and no link inside a folder or an archive is followed.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from gradcheck.submissions.reading.archives import members_of
from gradcheck.submissions.reading.files import ARCHIVE, MOST_BYTES, STANDARD_INPUT, SUFFIXES
from gradcheck.submissions.reading.helpers import Beside, imported_by, may_be_beside
from gradcheck.submissions.reading.notebooks import UnreadableError

MODULE = ".py"
_MOST_TOGETHER = 30  # files that may belong together; more are a class
_HIDDEN = (".", "__pycache__", "__MACOSX")


@dataclass(frozen=True)
class Entry:
    """A submission that was found and not yet read.

    Parameters
    ----------
    name : str
        As the user knows it: the path of the file, or that of the archive and of the member in it.
    load : callable
        Gives the bytes, or raises `UnreadableError` with the reason.
    beside : callable
        Gives the bytes of the module of a name that lies beside it, or None.
    user : str
        The file beside it that imports it as a module, if one does.
    """

    name: str
    load: Callable[[], bytes]
    beside: Beside = lambda name: None
    user: str = ""


def entries(path: Path) -> tuple[Entry, ...]:
    """Give the submissions at a path, in alphabetical order.

    Parameters
    ----------
    path : Path
        A file, a folder, a ``.zip`` archive, or ``-`` for standard input. Folders are searched
        for files and archives, archives for files.

    Returns
    -------
    tuple of Entry
        Nothing is read yet: what is wrong with a file shows once it is.
    """
    if str(path) == STANDARD_INPUT:
        return (Entry(STANDARD_INPUT, _standard_input),)
    if not path.is_dir():
        return tuple(_at(path))
    return _with_users(tuple(entry for file in _files_in(path) for entry in _at(file)))


def _at(path: Path) -> Iterable[Entry]:
    if path.suffix.lower() != ARCHIVE:
        return (file_entry(path),)
    try:
        members = members_of(path)
    except UnreadableError as error:
        return (Entry(str(path), partial(_refuse, str(error))),)
    seen = (m for m in members if not _is_hidden(PurePosixPath(m.name)))
    wanted = (m for m in seen if m.name.lower().endswith((*SUFFIXES, ARCHIVE)))
    loads = {member.name: member.load for member in members}
    found = _with_users(
        tuple(
            Entry(f"{path}/{member.name}", member.load, partial(_member_beside, loads, member.name))
            for member in wanted
        )
    )
    reason = f"no {' or '.join(SUFFIXES)} file in the archive"
    return found or (Entry(str(path), partial(_refuse, reason)),)


def _files_in(folder: Path) -> list[Path]:
    found = (file for file in folder.rglob("*") if file.suffix.lower() in (*SUFFIXES, ARCHIVE))
    return sorted(
        file
        for file in found
        if not _is_hidden(file.relative_to(folder)) and not file.is_symlink() and file.is_file()
    )


def _is_hidden(path: Path | PurePosixPath) -> bool:
    return any(part.startswith(_HIDDEN) and part != ".." for part in path.parts)


def file_entry(path: Path) -> Entry:
    """Give the submission that a file is."""
    return Entry(str(path), partial(_bytes_of, path), partial(_file_beside, path))


def _file_beside(path: Path, module: str) -> bytes | None:
    other = path.with_name(f"{module}{MODULE}")
    if other.is_symlink() or other == path:
        return None
    with suppress(UnreadableError):
        return _bytes_of(other)
    return None


def _member_beside(
    loads: Mapping[str, Callable[[], bytes]], name: str, module: str
) -> bytes | None:
    other = str(PurePosixPath(name).with_name(f"{module}{MODULE}"))
    load = None if other == name else loads.get(other)
    with suppress(UnreadableError):
        return load() if load else None
    return None


def _with_users(found: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Say of each file which other file of its folder imports it; a class in one folder is none."""
    folders: dict[str, list[Entry]] = {}
    for entry in found:
        folders.setdefault(entry.name.rpartition("/")[0], []).append(entry)
    users: dict[str, str] = {}
    for folder, members in folders.items():
        if 1 < len(members) <= _MOST_TOGETHER:
            for user, module in _imports(members):
                users.setdefault(f"{folder}/{module}{MODULE}", user)
    return tuple(replace(entry, user=users.get(entry.name, "")) for entry in found)


def _imports(members: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield each file with the modules that it imports and that may lie beside it."""
    for entry in members:
        with suppress(UnreadableError):
            names = imported_by(entry.load())
            yield from ((entry.name, name) for name in names if may_be_beside(name))


def _bytes_of(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableError("not a regular file")  # a pipe may never end
        with path.open("rb") as stream:
            return _bounded(stream.read(MOST_BYTES + 1))
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise UnreadableError("standard input is closed")
    return _bounded(sys.stdin.buffer.read(MOST_BYTES + 1))


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"larger than {MOST_BYTES // 1_000_000} MB; clear its outputs")
    return data


def _refuse(reason: str) -> bytes:
    raise UnreadableError(reason)
