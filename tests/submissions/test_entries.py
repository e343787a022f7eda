"""Where submissions lie: files, folders, archives, standard input, and what is refused there."""

from __future__ import annotations

import io
import os
import stat
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from gradcheck.submissions.reading.archives import members_of
from gradcheck.submissions.reading.entries import Entry, entries
from gradcheck.submissions.reading.notebooks import UnreadableError

Contents = dict[str, bytes]


def archive(path: Path, contents: Contents, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip archive."""
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in contents.items():
            made.writestr(name, content)
    return path


def names(found: tuple[Entry, ...], root: Path) -> list[str]:
    """Give the names below a folder."""
    return [Path(entry.name).relative_to(root).as_posix() for entry in found]


def test_a_file_gives_itself() -> None:
    """Whatever its name; reading it says what is wrong with it."""
    assert [entry.name for entry in entries(Path("a.txt"))] == ["a.txt"]


def test_a_folder_gives_its_submissions_below_in_order(tmp_path: Path) -> None:
    """Caches, hidden folders, links and other files are not submissions."""
    for name in ("b.py", "sub/a.ipynb", "c.txt", ".git/x.py", "__pycache__/y.py", "dir.py/z.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1")
    (tmp_path / "link.py").symlink_to(tmp_path / "b.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "circle.py").symlink_to(tmp_path / "circle.py")
    archive(tmp_path / "class.zip", {"ada/x.py": b""})
    found = names(entries(tmp_path), tmp_path)
    assert found == ["b.py", "class.zip/ada/x.py", "dir.py/z.py", "sub/a.ipynb"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    """The command says so."""
    assert entries(tmp_path) == ()


def test_an_archive_gives_its_members_in_order(tmp_path: Path) -> None:
    """One submission a file, named by its path in the archive; nothing is unpacked."""
    inside = {"b/hw.py": b"y = 2", "a.ipynb": b"{}", "__MACOSX/._a.ipynb": b"?", "notes.txt": b"?"}
    path = archive(tmp_path / "class.ZIP", inside)
    found = entries(path)
    assert names(found, path) == ["a.ipynb", "b/hw.py"]
    assert found[1].load() == b"y = 2"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_usual_way_of_packing_is_read(tmp_path: Path, method: int) -> None:
    """Also the rarer ones."""
    (entry,) = entries(archive(tmp_path / "a.zip", {"a.py": b"x = 1"}, method))
    assert entry.load() == b"x = 1"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("../a.py", b"x = 1", "its name leads out of the archive"),
        ("a/../../b.py", b"x = 1", "its name leads out of the archive"),
        ("/etc/a.py", b"x = 1", "its name leads out of the archive"),
        ("C:/a.py", b"x = 1", "its name leads out of the archive"),
        ("inner.zip", b"PK", "an archive in an archive, which is not opened"),
        ("zeros.py", b"0" * 2_000_000, "inflates to more than 200 times its size: a zip bomb"),
        ("huge.py", b"0" * 50_000_001, "larger than 50 MB; clear its outputs"),
    ],
)
def test_a_suspicious_member_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    """The others are still read."""
    path = archive(tmp_path / "a.zip", {name: content, "honest.py": b"x = 1"})
    found = {entry.name: entry for entry in entries(path)}
    assert found[f"{path}/honest.py"].load() == b"x = 1"
    with pytest.raises(UnreadableError, match=reason):
        found[f"{path}/{name}"].load()


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    """It would show what lies outside."""
    link = zipfile.ZipInfo("link.py")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    (entry,) = entries(tmp_path / "a.zip")
    with pytest.raises(UnreadableError, match="a symbolic link, which is not followed"):
        entry.load()


def _patched(
    content: bytes, marks: tuple[bytes, ...], offsets: tuple[int, ...], value: int
) -> bytes:
    """Overwrite a field of two bytes in the headers of a zip archive."""
    changed = bytearray(content)
    for mark, offset in zip(marks, offsets, strict=True):
        start = content.index(mark) + offset
        changed[start : start + 2] = struct.pack("<H", value)
    return bytes(changed)


HEADERS = (b"PK\x03\x04", b"PK\x01\x02")  # of a member, and of its line in the directory


@pytest.mark.parametrize(
    ("offsets", "value", "reason"),
    [
        ((6, 8), 1, "encrypted; zip it without a password"),
        ((8, 10), 97, "packed by a method that is not known here"),
        ((14, 16), 12345, "broken in the archive; zip it anew"),
    ],
)
def test_a_member_that_cannot_be_unpacked_is_refused_in_one_line(
    tmp_path: Path, offsets: tuple[int, ...], value: int, reason: str
) -> None:
    """Encrypted, packed by a foreign method, with another checksum."""
    content = archive(tmp_path / "a.zip", {"a.py": b"x = 1"}).read_bytes()
    (tmp_path / "a.zip").write_bytes(_patched(content, HEADERS, offsets, value))
    (entry,) = entries(tmp_path / "a.zip")
    with pytest.raises(UnreadableError, match=reason):
        entry.load()


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """So a small archive is made to hold more than any disk."""
    path = archive(tmp_path / "a.zip", {"a.py": b"x" * 99, "b.py": b"y" * 99}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02") + 42  # where the directory says the second one starts
    content[second : second + 4] = struct.pack("<I", 0)
    path.write_bytes(bytes(content))
    with pytest.raises(UnreadableError, match="its members overlap: a zip bomb"):
        members_of(path)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("MOST_MEMBERS", "holds 2 files, expected at most 1"),
        ("MOST_IN_ALL", "inflates to more than 0 GB"),
    ],
)
def test_an_archive_of_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    """Before anything of it is read."""
    monkeypatch.setattr(f"gradcheck.submissions.reading.archives.{limit}", 1)
    path = archive(tmp_path / "a.zip", {"a.py": b"x = 1", "b.py": b"x = 1"})
    (entry,) = entries(path)
    with pytest.raises(UnreadableError, match=reason):
        entry.load()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a zip archive"),
        (b"PK\x03\x04 and then nothing", "not a zip archive"),
        (b"PK\x05\x06" + bytes(18), r"no \.py or \.ipynb file in the archive"),
    ],
)
def test_a_broken_archive_is_said_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    """It counts as one submission that cannot be graded."""
    (tmp_path / "a.zip").write_bytes(content)
    (entry,) = entries(tmp_path / "a.zip")
    with pytest.raises(UnreadableError, match=reason):
        entry.load()


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    """It may vanish between listing and reading."""
    for name in ("a.py", "a.zip"):
        (entry,) = entries(tmp_path / name)
        with pytest.raises(UnreadableError, match="cannot be read: No such file"):
            entry.load()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It may never end."""
    os.mkfifo(tmp_path / "a.py")
    (entry,) = entries(tmp_path / "a.py")
    with pytest.raises(UnreadableError, match="not a regular file"):
        entry.load()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    """The reason is the system's."""
    (tmp_path / "a.py").touch(mode=0o000)
    (entry,) = entries(tmp_path / "a.py")
    with pytest.raises(UnreadableError, match="cannot be read: Permission denied"):
        entry.load()


def test_a_huge_file_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    """A notebook of 500 MB holds pictures, not answers."""
    with (tmp_path / "a.ipynb").open("wb") as sparse:
        sparse.truncate(500_000_000)
    (entry,) = entries(tmp_path / "a.ipynb")
    with pytest.raises(UnreadableError, match="larger than 50 MB; clear its outputs"):
        entry.load()


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Stand in for standard input."""
    content = io.BytesIO(b"x = 1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    return content


def test_a_dash_reads_standard_input(piped: io.BytesIO) -> None:
    """As everywhere."""
    (entry,) = entries(Path("-"))
    assert (entry.name, entry.load()) == ("-", b"x = 1")


def test_a_closed_standard_input_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has None there."""
    monkeypatch.setattr(sys, "stdin", None)
    (entry,) = entries(Path("-"))
    with pytest.raises(UnreadableError, match="standard input is closed"):
        entry.load()
