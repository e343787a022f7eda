"""What a child must be able to read: the standard library, NumPy, and the shared objects in use."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import numpy as np

SITE_FOLDERS = ("site-packages", "dist-packages")
OTHERS = ("/etc/ld.so.cache", "/dev/null", "/dev/urandom")


def standard() -> str:
    """Give the folder of the standard library."""
    return os.path.realpath(sysconfig.get_path("stdlib"))


def site_folders() -> list[str]:
    """Give the folders inside the standard library that hold other packages."""
    return [f"{standard()}/{name}" for name in SITE_FOLDERS]


def readable(maps: str = "/proc/self/maps") -> list[str]:
    """Give the files and folders, as real paths, none inside another, none with other packages."""
    own = [str(path) for path in Path(standard()).iterdir() if path.name not in SITE_FOLDERS]
    found = [*own, *numpy_folders(), *_mapped(maps), *OTHERS]
    real = {os.path.realpath(path) for path in found if Path(path).exists()}
    return sorted(path for path in real if real.isdisjoint(map(str, Path(path).parents)))


def mountable() -> list[str]:
    """Give the same as fewer paths: the standard library is one folder (see `site_folders`)."""
    outside = (path for path in readable() if str(Path(path).parent) != standard())
    return [standard(), *outside]


def system_folders(maps: str = "/proc/self/maps") -> list[str]:
    """Give the folders of the shared objects in use that are neither Python's nor NumPy's own."""
    own = (standard(), *numpy_folders())
    folders = {str(Path(os.path.realpath(path)).parent) for path in _mapped(maps)}
    return sorted(folder for folder in folders if not folder.startswith(own))


def numpy_folders() -> list[str]:
    """Give NumPy's folder and that of the libraries its wheel brings."""
    package = Path(np.__file__).parent
    return [str(package), str(package.with_name("numpy.libs"))]


def _mapped(maps: str) -> list[str]:
    """Give the shared objects that this process has loaded."""
    lines = Path(maps).read_text().splitlines() if Path(maps).exists() else []
    fields = [line.split(maxsplit=5) for line in lines]
    return [field[5] for field in fields if len(field) == 6 and ".so" in field[5]]
