"""What a submission is graded on: the same list for every submission of a model.

The list holds every quantity of the model, found or not, so that nobody gains by leaving a function
out. What code does on the way without showing it (Z1 inside one long expression) is right where the
next quantity in the data flow shows it to be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gradcheck.submissions.results import Check, Fault, Quantity

OTHERS = "other functions"
_RIGHT = ("correct", "blamed-upstream")
# Codes that leave open which of the quantities up to theirs is wrong.
_OPEN = frozenset(
    {
        *("unexplained", "crashed", "timed-out", "not-implemented", "missing-function"),
        *("wrong-type", "wrong-shape", "nonfinite"),
    }
)


def checklist(
    names: Sequence[str],
    quantities: Sequence[Quantity],
    faults: Sequence[Fault],
    points: Mapping[str, float] | None = None,
) -> tuple[Check, ...]:
    """Give the checks of a submission in the order of the data flow, what else it has at the end.

    Parameters
    ----------
    names : sequence of str
        Every quantity of the model, in the order of the data flow.
    quantities, faults : sequence
        What was judged; both may be empty.
    points : mapping of str to float, optional
        What each check is worth; it then is the list, with the other functions at its end. They
        are worth 1 all together unless it says otherwise: what is wrong costs something. Without
        it each quantity is worth 1, too.
    """
    worth = {**(points or dict.fromkeys(names, 1.0))}
    worth.setdefault(OTHERS, 1.0)
    judged = _worst(quantities)
    spoilt = {name: fault for fault in reversed(faults) for name in _named(fault)}
    apart = {*names, *worth}
    return tuple(
        _others(value, apart, judged, spoilt)
        if name == OTHERS
        else _check(name, value, names, judged, spoilt)
        for name, value in worth.items()
    )


def score(checks: Sequence[Check]) -> float:
    """Give the share of the points that were earned, in [0, 1]; 0 where there are none."""
    most = sum(check.max_points for check in checks)
    return round(sum(check.points for check in checks) / most, 4) if most else 0.0


def _worst(quantities: Sequence[Quantity]) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for quantity in quantities:
        if quantity.name not in found or quantity.verdict not in _RIGHT:
            found[quantity.name] = quantity
    return found


def _named(fault: Fault) -> list[str]:
    return [name.strip() for name in fault.quantity.split(",")]


def _check(
    name: str,
    worth: float,
    names: Sequence[str],
    judged: Mapping[str, Quantity],
    spoilt: Mapping[str, Fault],
) -> Check:
    if name in spoilt:
        verdict, fault = "wrong", spoilt[name]
    elif name in judged:
        verdict, fault = _unnamed(judged[name].verdict, name, names, spoilt), None
    else:
        verdict, fault = _unseen(name, names, judged, spoilt)
    return _graded(name, worth, verdict, fault)


def _graded(name: str, worth: float, verdict: str, fault: Fault | None) -> Check:
    earned = worth if verdict in _RIGHT else 0.0
    because = (fault.code, fault.quantity) if fault else (None, None)
    return Check(name, verdict, earned, worth, *because)


def _unseen(
    name: str,
    names: Sequence[str],
    judged: Mapping[str, Quantity],
    spoilt: Mapping[str, Fault],
) -> tuple[str, Fault | None]:
    """Judge a quantity that the code does not show by the next one that it does show."""
    if name not in names:
        return "not-found", None
    at = names.index(name)
    later = [other for other in names[at + 1 :] if other in judged]
    earlier = [other for other in reversed(names[:at]) if other in judged]
    shown = next(iter([*later, *earlier]), None)
    if shown is None:
        return "not-found", None
    until = names[at : names.index(shown) + 1] if later else [shown]
    fault = next((spoilt[other] for other in until if other in spoilt), None)
    if fault is not None:  # a mistake that is named leaves what comes before it right
        unknown = "not-found" if fault.code == "missing-function" else "undecided"
        return (unknown, fault) if fault.code in _OPEN else ("correct", None)
    return _unnamed(judged[shown].verdict, name, names, spoilt), None


def _unnamed(verdict: str, name: str, names: Sequence[str], spoilt: Mapping[str, Fault]) -> str:
    """Clear what is wrong only because of a mistake that is named further up the data flow."""
    before = names[: names.index(name)] if name in names else ()
    named = any(other in spoilt and spoilt[other].code not in _OPEN for other in before)
    return "blamed-upstream" if verdict == "wrong" and named else verdict


def _others(
    worth: float,
    apart: Collection[str],
    judged: Mapping[str, Quantity],
    spoilt: Mapping[str, Fault],
) -> Check:
    """Judge what has no check of its own; nothing at all earns nothing."""
    fault = next((spoilt[name] for name in spoilt if name not in apart), None)
    if fault is not None:
        return _graded(OTHERS, worth, "wrong", fault)
    verdicts = {quantity.verdict for name, quantity in judged.items() if name not in apart}
    own = {quantity.verdict for name, quantity in judged.items() if name in apart}
    right = "correct" if own & {*_RIGHT} else "not-found"
    found = next((bad for bad in ("wrong", "undecided") if bad in verdicts), right)
    return _graded(OTHERS, worth, found, None)
