"""What is true: the derivations, and the engine that proves them.

The files of this folder are the topics: each ends with one value ``DERIVATION``. ``names()`` lists
them, ``load(name)`` brings one, ``prove(...)`` proves it, ``render(results)`` prints it. SymPy is
imported when a topic is::

    result = derivations.prove(derivations.load("logistic"))
    print(derivations.render([result], "text"))
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivations.engine.declaration import Derivation, Topic
    from derivations.engine.results import Result

MARK = "\nDERIVATION = "  # how a file of this folder says that it is a topic


def names() -> tuple[str, ...]:
    """Names of all topics, found in this folder, without importing any."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    topics = (file for file in files if MARK in file.read_text(encoding="utf-8"))
    return tuple(file.stem.replace("_", "-") for file in topics if file.stem != "__init__")


def load(name: str) -> Derivation | Topic:
    """Bring one topic; ValueError, naming all, if there is none of that name."""
    if name not in names():
        raise ValueError(
            f"there is no derivation {name!r}, but there are {', '.join(names())}; name one of them"
        )
    value: Derivation | Topic = import_module(f"derivations.{name.replace('-', '_')}").DERIVATION
    return value


def load_all() -> tuple[Derivation | Topic, ...]:
    """Bring all topics."""
    return tuple(load(name) for name in names())


def prove(declaration: Derivation | Topic) -> Result:
    """Derive every gradient of a declaration, and prove every step and claim of it."""
    from derivations.engine.prove import prove as prove_declaration

    return prove_declaration(declaration)


def render(results: Sequence[Result], format: str = "text") -> str:  # noqa: A002  the contract's word
    """Print results as ``text``, ``markdown``, ``latex``, ``numpy`` or ``json``."""
    from derivations.engine.printers import PRINTERS

    if format not in PRINTERS:
        raise ValueError(
            f"format is {format!r}, but there are {', '.join(PRINTERS)}; choose one of them"
        )
    return PRINTERS[format](results)
