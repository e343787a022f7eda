"""What is run: the reference models in NumPy, one file a model.

A file of this folder that ends with a ``MODEL`` is a model; nothing else lists them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module

from impl.model import Array, Arrays, Model, Shape

__all__ = ["Array", "Arrays", "Model", "Shape", "load", "models"]


def models() -> dict[str, Model]:
    """Give every model under its name, in alphabetical order.

    >>> list(models())
    ['linear', 'logistic', 'shallow-network']
    """
    return dict(_models_in(tuple(__path__)))


def load(name: str) -> Model:
    """Give the model of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists those there are.
    """
    found = _models_in(tuple(__path__))
    if name not in found:
        raise ValueError(f"model: got {name!r}, expected one of {', '.join(found)}")
    return found[name]


@lru_cache(maxsize=8)  # each submission of a class asks several times
def _models_in(folders: tuple[str, ...]) -> Mapping[str, Model]:
    modules = (import_module(f"impl.{file.name}") for file in pkgutil.iter_modules(folders))
    found = [module.MODEL for module in modules if hasattr(module, "MODEL")]
    return {model.name: model for model in sorted(found, key=lambda model: str(model.name))}
