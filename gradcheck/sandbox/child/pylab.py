"""What a star import from Matplotlib gives where that is not installed.

``pylab`` passes NumPy on, which is real here; the rest of it draws, and is inert.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

_PYLAB = frozenset({"pylab", "matplotlib.pylab"})
_PLOTS = _PYLAB | {"matplotlib.pyplot"}
_NUMPY = ("numpy", "numpy.random", "numpy.linalg", "numpy.fft")
_BUILT_IN = frozenset({"abs", "bool", "bytes", "max", "min", "pow", "round"})
_DRAWN = """
    axes axhline axis axvline bar clf close cm colorbar contour contourf draw errorbar figure fill
    gca gcf grid hist imshow ioff ion legend pause pcolormesh plot plt savefig scatter semilogx
    semilogy show style subplot subplots subplots_adjust suptitle text tight_layout title xlabel
    xlim xscale xticks ylabel ylim yscale yticks
"""


def drawing_names(module: str) -> tuple[str, ...]:
    """Give the names that a star import of the module sets; none for any other module."""
    drawn = tuple(_DRAWN.split()) if module in _PLOTS else ()
    return tuple(_numbers().keys() - _BUILT_IN) + drawn if module in _PYLAB else drawn


def numeric(module: str, name: str) -> Any:
    """Give what ``pylab`` has from NumPy under a name, or None."""
    return _numbers().get(name) if module in _PYLAB else None


@lru_cache
def _numbers() -> dict[str, Any]:
    modules = [importlib.import_module(name) for name in reversed(_NUMPY)]  # NumPy's own win
    return {"np": modules[-1]} | {n: getattr(m, n) for m in modules for n in m.__all__}
