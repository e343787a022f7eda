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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivations.engine.declaration import Claim as Claim
    from derivations.engine.declaration import Derivation as Derivation
    from derivations.engine.declaration import Evidence as Evidence
    from derivations.engine.declaration import Statement as Statement
    from derivations.engine.declaration import Topic as Topic
    from derivations.engine.from_sympy import from_sympy as from_sympy
    from derivations.engine.graph import graph as graph
    from derivations.engine.instantiate import instantiate as instantiate
    from derivations.engine.killing import kill_table as kill_table
    from derivations.engine.killing import try_mutations as try_mutations
    from derivations.engine.mutations import mutations as mutations
    from derivations.engine.proofs.certificate import certificate as certificate
    from derivations.engine.prove import ProofsDisagreeError as ProofsDisagreeError
    from derivations.engine.prove import prove_claim as prove_claim
    from derivations.engine.recipes import recipes as recipes
    from derivations.engine.results import Result as Result
    from derivations.engine.reverse import derive as derive
    from derivations.engine.vocabulary import abstract as abstract
    from derivations.engine.vocabulary import d as d
    from derivations.engine.vocabulary import data as data
    from derivations.engine.vocabulary import define as define
    from derivations.engine.vocabulary import exp as exp
    from derivations.engine.vocabulary import leaky_relu as leaky_relu
    from derivations.engine.vocabulary import log as log
    from derivations.engine.vocabulary import parameter as parameter
    from derivations.engine.vocabulary import prime as prime
    from derivations.engine.vocabulary import relu as relu
    from derivations.engine.vocabulary import scalar as scalar
    from derivations.engine.vocabulary import sigmoid as sigmoid
    from derivations.engine.vocabulary import sizes as sizes
    from derivations.engine.vocabulary import sum_columns as sum_columns
    from derivations.engine.vocabulary import sum_rows as sum_rows
    from derivations.engine.vocabulary import tanh as tanh
    from derivations.engine.vocabulary import total as total

LAZY = {  # where the public names live; they are imported when they are first used
    "declaration": ("Claim", "Derivation", "Evidence", "Statement", "Topic"),
    "from_sympy": ("from_sympy",),
    "graph": ("graph",),
    "instantiate": ("instantiate",),
    "killing": ("kill_table", "try_mutations"),
    "mutations": ("mutations",),
    "proofs.certificate": ("certificate",),
    "prove": ("ProofsDisagreeError", "prove_claim"),
    "recipes": ("recipes",),
    "results": ("Result",),
    "reverse": ("derive",),
    "vocabulary": (
        *("sizes", "scalar", "data", "parameter", "define", "d", "abstract", "prime"),
        *("total", "sum_columns", "sum_rows"),
        *("sigmoid", "tanh", "relu", "leaky_relu", "exp", "log"),
    ),
}
MARK = "\nDERIVATION = "  # how a file of this folder says that it is a topic


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    for module, public in LAZY.items():
        if name in public:
            return getattr(import_module(f"derivations.engine.{module}"), name)
    raise AttributeError(
        f"derivations has no {name!r}, but it has load, names, prove, render and "
        f"{', '.join(name for public in LAZY.values() for name in public)}; use one of them"
    )


def names() -> tuple[str, ...]:
    """Names of all topics, found in this folder, without importing any."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    topics = (file for file in files if MARK in file.read_text(encoding="utf-8"))
    return tuple(file.stem.replace("_", "-") for file in topics if file.stem != "__init__")


def load(name: str) -> Derivation | Topic:
    """Bring one derivation or topic by its name.

    Parameters
    ----------
    name : str
        One of ``names()``.

    Returns
    -------
    Derivation or Topic
        A topic has claims and no backward pass.

    Raises
    ------
    ValueError
        If there is none of that name; the message names all.
    """
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
    """Derive every gradient of a declaration, and prove every step and claim of it.

    Parameters
    ----------
    declaration : Derivation or Topic

    Returns
    -------
    Result
        Steps in the order of the reverse data flow, and a verdict for each claim. ``holds`` says
        whether all of them are proven; a claim that is not true is refuted, not raised.

    Raises
    ------
    TypeError, ValueError
        If the forward pass cannot be differentiated, or one name stands for two things.
    ProofsDisagreeError
        If the three methods say different things about a statement.
    """
    from derivations.engine.prove import prove as prove_declaration

    return prove_declaration(declaration)


def render(results: Sequence[Result], format: str = "text") -> str:  # noqa: A002  the contract's word
    """Print results.

    Parameters
    ----------
    results : sequence of Result
    format : {"text", "markdown", "latex", "numpy", "json"}
        What ``gradcheck derive --format`` prints.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no such format.
    """
    from derivations.engine.printers import PRINTERS

    if format not in PRINTERS:
        raise ValueError(
            f"format is {format!r}, but there are {', '.join(PRINTERS)}; choose one of them"
        )
    return PRINTERS[format](results)
