"""What ``from numpy import *`` sets: the names of a module that is at hand."""

from __future__ import annotations

import sys
from importlib import import_module

from gradcheck.sandbox import drawing_names


def names_of(module: str) -> frozenset[str]:
    """Give the names that a star import of a module sets, as far as they are known here.

    Besides NumPy only what this process has loaded is looked at: importing a module runs it.

    >>> "log" in names_of("numpy") and "log" in names_of("pylab")
    True
    >>> names_of("a_module_of_nobody")
    frozenset()
    """
    drawn = drawing_names(module)
    if drawn:
        return frozenset(drawn)
    found = import_module("numpy.random") if module == "numpy.random" else sys.modules.get(module)
    public = [name for name in vars(found) if not name.startswith("_")] if found else []
    return frozenset(map(str, getattr(found, "__all__", public)))
