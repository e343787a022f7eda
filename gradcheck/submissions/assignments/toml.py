"""``assignment.toml`` to an assignment; a mistake in it is one line: where, got, expected."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradcheck.submissions.assignments.assignment import CONVENTIONS, ROLES, Assignment
from gradcheck.submissions.checklist import OTHERS
from gradcheck.submissions.judging.judgement import HINTS
from gradcheck.submissions.reference.flow import targets_of
from impl import load, models
from impl.activations import ACTIVATIONS

Reader = Callable[[str, Any], Any]
SMALL = ("sigmoid", "sizes", "initial parameters", "predict", "optimise", OTHERS)


class AssignmentError(ValueError):
    """An assignment that cannot be read; the message is one line."""


def read_assignment(path: Path) -> Assignment:
    """Read an assignment.

    Raises
    ------
    AssignmentError
        If it cannot be read, is no TOML, or asks for what does not exist.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path}: no TOML: {' '.join(str(error).split())}") from None
    try:
        return _assignment(table)
    except AssignmentError as error:
        raise AssignmentError(f"{path}: {error}") from None


def _assignment(table: Mapping[str, Any]) -> Assignment:
    known = {"model", "activation", "hints", "functions", "points", "conventions", "allowed"}
    _known("", table, known | {"limits"})
    model = _one_of("model", table.get("model", "auto"), ("auto", *models()))
    allowed, limits = _section(table, "allowed"), _section(table, "limits")
    _known("allowed", allowed, ("imports", "loops"))
    _known("limits", limits, ("call_seconds", "total_seconds"))
    return Assignment(
        model=model,
        activation=_activation(table, model),
        functions=_pairs(table, "functions", ROLES, _text),
        points=_pairs(table, "points", _graded(model), _points),
        accepted=_accepted(_section(table, "conventions")),
        imports=_imports(allowed),
        loops=_yes_or_no("allowed.loops", allowed.get("loops", True)),
        hints=_maybe(table, "hints", lambda at, got: _one_of(at, got, HINTS)),
        call_seconds=_maybe(limits, "call_seconds", _seconds),
        total_seconds=_maybe(limits, "total_seconds", _seconds),
    )


def _maybe(table: Mapping[str, Any], key: str, read: Reader) -> Any:
    return read(key, table[key]) if key in table else None


def _known(at: str, table: Iterable[str], known: Iterable[str]) -> None:
    for key in table:
        _one_of(at or "the file", key, sorted(known), what="the key ")


def _one_of(at: str, got: Any, known: Iterable[str], *, what: str = "") -> str:
    known = tuple(known)
    if got not in known:
        near = difflib.get_close_matches(str(got), known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise AssignmentError(f"{at}: got {what}{got!r}, expected {' or '.join(known)}{hint}")
    return str(got)


def _section(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key, MappingProxyType({}))
    if not isinstance(found, Mapping):
        raise AssignmentError(f"{key}: got {found!r}, expected a table: [{key}] on its own line")
    return found


def _pairs(
    table: Mapping[str, Any], key: str, known: Iterable[str], read: Reader
) -> tuple[tuple[str, Any], ...]:
    section = _section(table, key)
    _known(key, section, known)
    return tuple((name, read(f"{key}.{name}", value)) for name, value in section.items())


def _activation(table: Mapping[str, Any], model: str) -> str | None:
    if "activation" not in table:
        return None
    choices = load(model).activations if model != "auto" else tuple(ACTIVATIONS)
    if not choices:
        raise AssignmentError(f"activation: the {model} model has none to choose; leave it out")
    return _one_of("activation", table["activation"], choices)


def _graded(model: str) -> tuple[str, ...]:
    """Name what points can be given for; parameters stand for the update that gives them."""
    asked = models() if model == "auto" else {model: load(model)}
    names = (name for m in asked.values() for name in (*targets_of(m), *m.parameters))
    return tuple(dict.fromkeys((*names, *SMALL)))


def _accepted(section: Mapping[str, Any]) -> tuple[str, ...]:
    _known("conventions", section, CONVENTIONS)
    asked = {name: _yes_or_no(f"conventions.{name}", value) for name, value in section.items()}
    usual = dict.fromkeys(Assignment.accepted, True)
    return tuple(name for name in CONVENTIONS if (usual | asked).get(name))


def _imports(allowed: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "imports" not in allowed:
        return None
    names = allowed["imports"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise AssignmentError(f"allowed.imports: got {names!r}, expected a list of module names")
    return tuple(names)


def _yes_or_no(at: str, got: Any) -> bool:
    if not isinstance(got, bool):
        raise AssignmentError(f"{at}: got {got!r}, expected true or false")
    return got


def _text(at: str, got: Any) -> str:
    if not isinstance(got, str) or not got.isidentifier():
        raise AssignmentError(f"{at}: got {got!r}, expected the name of a function in quotes")
    return got


def _points(at: str, got: Any) -> float:
    if isinstance(got, bool) or not isinstance(got, (int, float)) or not 0 <= got < float("inf"):
        raise AssignmentError(f"{at}: got {got!r}, expected a number of points, 0 or more")
    return float(got)


def _seconds(at: str, got: Any) -> float:
    if isinstance(got, bool) or not isinstance(got, (int, float)) or not 0 < got < float("inf"):
        raise AssignmentError(f"limits.{at}: got {got!r}, expected a number of seconds above 0")
    return float(got)
