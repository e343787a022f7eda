"""Stand-ins for the course's helper modules, which nobody hands in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_SIGMOID = """\
import numpy as np

def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1 + e)
"""

_ACTIVATIONS = (
    _SIGMOID
    + """
def relu(z):
    return np.maximum(0, z)

def tanh(z):
    return np.tanh(z)
"""
)

_DATA = """
def _absent(*arguments, **keywords):
    raise RuntimeError("the course's data set is not here")

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _absent
"""

STUBS: Mapping[str, str] = MappingProxyType(
    {
        "planar_utils": _SIGMOID + _DATA,
        "lr_utils": _SIGMOID + _DATA,
        "dnn_utils": _ACTIVATIONS,
        "dnn_utils_v2": _ACTIVATIONS,
        "utils": _ACTIVATIONS + _DATA,
    }
)

SUPPLIED = "sigmoid"
SUPPLIED_SOURCE = _SIGMOID


def stubs_for(imported: frozenset[str]) -> dict[str, str]:
    """Give the stand-ins for those of the imported modules that are the course's helpers.

    >>> sorted(stubs_for(frozenset({"numpy", "planar_utils"})))
    ['planar_utils']
    """
    return {name: STUBS[name] for name in imported if name in STUBS}
