"""bubblewrap, where it may make namespaces and we may not: the warm parent starts inside it.

That is so where AppArmor permits user namespaces only to programs that it knows, or where
bubblewrap is installed setuid root. Source: the manual page bwrap(1).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from gradcheck.sandbox.child import library

TRIAL_SECONDS = 20
INSIDE = "/sandbox"  # where our part of the code is found in the box
ALONE = ("ipc", "pid", "net", "uts", "cgroup-try")
TO_BECOME_NOBODY = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL")
LINKS = ("/lib", "/lib64")


def box(code: str, libraries: Sequence[str], program: str = "bwrap") -> tuple[str, ...]:
    """Give the command that starts this Python inside bubblewrap, after it has worked once.

    Inside there are only Python, NumPy, the system's ``libraries``, all read-only, and the folder
    ``code`` as `INSIDE`; there is no network, and no process of the host.

    Raises
    ------
    OSError
        If bubblewrap is not installed, or is not permitted to do that; its message says which.
    """
    found = shutil.which(program)
    if found is None:
        raise OSError("not installed")
    python = os.path.realpath(sys.executable)
    command = (found, *walls(os.geteuid()), *view(code, libraries, python), python)
    try:
        _try(command)
    except subprocess.TimeoutExpired:
        raise OSError(f"did not start within {TRIAL_SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        words = error.stderr.strip().splitlines() or [f"exit code {error.returncode}"]
        raise OSError(words[-1]) from None
    return command


def walls(user: int) -> list[str]:
    """Give the options that wall it in; root needs no user namespace, but the right to leave root.

    >>> walls(1000)[-4:]
    ['--cap-drop', 'ALL', '--die-with-parent', '--new-session']
    """
    alone = [f"--unshare-{name}" for name in (*ALONE, *(() if user == 0 else ("user-try",)))]
    kept = [word for name in TO_BECOME_NOBODY if user == 0 for word in ("--cap-add", name)]
    return [*alone, "--cap-drop", "ALL", *kept, "--die-with-parent", "--new-session"]


def view(code: str, libraries: Iterable[str], python: str) -> list[str]:
    """Give the options that say what exists inside, in the order in which it is laid out."""
    masks = [folder for folder in library.site_folders() if Path(folder).is_dir()]
    devices = [path for path in library.OTHERS if path.startswith("/dev/")]
    links = [link for link in LINKS if Path(link).is_symlink()]
    paths = [*libraries, library.standard(), python]
    return [
        *_open_to_all([*paths, *library.numpy_folders(), *library.OTHERS]),
        *_each("--ro-bind", paths),
        *(word for mask in masks for word in ("--tmpfs", mask)),
        *_each("--ro-bind-try", [*library.numpy_folders(), *library.OTHERS[:1]]),
        *_each("--dev-bind", devices),
        *(word for path in _loaders() for word in ("--ro-bind", os.path.realpath(path), path)),
        *(word for link in links for word in ("--symlink", str(Path(link).readlink()), link)),
        *("--ro-bind", code, INSIDE, "--proc", "/proc", "--chdir", "/"),
        *(word for place in [*masks, "/"] for word in ("--remount-ro", place)),
    ]


def _open_to_all(paths: Iterable[str]) -> list[str]:
    """Make the folders above the paths so that also a user who owns nothing may pass them."""
    above = {str(folder) for path in paths for folder in Path(path).parents} - {"/"}
    return [word for folder in sorted(above) for word in ("--perms", "0755", "--dir", folder)]


def _each(option: str, paths: Iterable[str]) -> list[str]:
    """Let each path exist under its own name."""
    return [word for path in paths for word in (option, path, path)]


def _loaders() -> list[str]:
    """Give the names by which programs ask for the loader of their libraries."""
    folders = {os.path.realpath(link) for link in LINKS}
    return sorted(str(path) for folder in folders for path in Path(folder).glob("ld-*.so*"))


def _try(command: Sequence[str]) -> None:
    """Import NumPy inside."""
    site = str(Path(library.numpy_folders()[0]).parent)
    subprocess.run(  # noqa: S603 - our own arguments
        [*command, "-ISB", "-c", f"import sys; sys.path.append({site!r}); import numpy"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TRIAL_SECONDS,
        check=True,
    )
