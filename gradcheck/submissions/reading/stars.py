"""What ``from numpy import *`` sets: the names of a module that is at hand."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module

from gradcheck.sandbox import drawing_names

_ACTS = frozenset({"antigravity", "this"})  # on import: one opens a browser, one prints
_NUMPY = {"numpy", "numpy.random", "numpy.linalg", "numpy.fft"}
_AT_HAND = (sys.stdlib_module_names - _ACTS) | {"os.path", "collections.abc"} | _NUMPY


def names_of(module: str) -> frozenset[str]:
    """Give the names that a star import of a module sets, as far as they are known here.

    Besides NumPy only the standard library is looked at, wherever this runs: importing a module
    runs it, and what is installed or loaded differs from place to place.

    >>> "log" in names_of("numpy") and "log" in names_of("pylab")
    True
    >>> "sqrt" in names_of("cmath")
    True
    >>> names_of("a_module_of_nobody")
    frozenset()
    """
    drawn = drawing_names(module)
    if drawn:
        return frozenset(drawn)
    if module not in _AT_HAND:
        return frozenset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some modules will be gone from the next Python
        try:
            found = import_module(module)
        except ImportError:  # those of another system, or tkinter where there is none
            return frozenset()
    public = [name for name in vars(found) if not name.startswith("_")]
    return frozenset(map(str, getattr(found, "__all__", public)))
