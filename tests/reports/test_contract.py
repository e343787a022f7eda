"""The document of ``validation/v1`` has the fields of the contract, each of its type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck.submissions import Options, validate_all
from reports.validation import as_json

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "submissions"
TEXT, NUMBER, MAYBE_TEXT, MAYBE_LINE = (str,), (int, float), (str, type(None)), (int, type(None))
WHERE = {"function": MAYBE_TEXT, "line": MAYBE_LINE, "cell": MAYBE_LINE}
QUANTITY = {
    "name": TEXT,
    "verdict": {"correct", "wrong", "undecided", "blamed-upstream", "not-found"},
    "where": WHERE,
}
FAULT = {
    "code": TEXT,
    "quantity": TEXT,
    "where": WHERE,
    "message": TEXT,
    "computed": MAYBE_TEXT,
    "expected": MAYBE_TEXT,
}
CHECK = {
    "name": TEXT,
    "verdict": QUANTITY["verdict"],
    "points": NUMBER,
    "max_points": NUMBER,
    "code": MAYBE_TEXT,
    "because_of": MAYBE_TEXT,
}
SUBMISSION = {
    "path": TEXT,
    "model": MAYBE_TEXT,
    "verdict": {"correct", "wrong", "undecided", "not-gradable"},
    "score": NUMBER,
    "quantities": [QUANTITY],
    "faults": [FAULT],
    "remarks": [{"code": TEXT, "where": WHERE, "message": TEXT}],
    "checks": [CHECK],
    "counterexample": (dict, type(None)),
    "seconds": NUMBER,
}
DOCUMENT = {
    "schema": {"gradcheck/validation/v1"},
    "seed": (int,),
    "isolation": {"layers": [TEXT], "missing": [TEXT]},
    "submissions": [SUBMISSION],
}


def breaches(value: Any, contract: Any, at: str = "") -> Iterator[str]:
    """Yield the places where a document departs from the contract; more fields are welcome."""
    if isinstance(contract, dict):
        yield from in_object(value, contract, at)
    elif isinstance(contract, list):
        yield from in_list(value, contract[0], at)
    elif isinstance(contract, set):
        yield from () if value in contract else (f"{at}: {value!r} is none of {sorted(contract)}",)
    elif not isinstance(value, contract):
        yield f"{at}: {value!r}"


def in_object(value: Any, contract: dict[str, Any], at: str) -> Iterator[str]:
    """Yield the breaches in an object, absent fields among them."""
    if not isinstance(value, dict):
        yield f"{at}: no object"
        return
    for name, inner in contract.items():
        if name in value:
            yield from breaches(value[name], inner, f"{at}/{name}")
        else:
            yield f"{at}/{name}: absent"


def in_list(value: Any, contract: Any, at: str) -> Iterator[str]:
    """Yield the breaches in the items of a list."""
    if not isinstance(value, list):
        yield f"{at}: no list"
        return
    for index, item in enumerate(value):
        yield from breaches(item, contract, f"{at}/{index}")


def document() -> Any:
    """Judge an example of each verdict."""
    files = [
        EXAMPLES / "right" / "linear_neuron.py",
        EXAMPLES / "wrong" / "linear_notebook.ipynb",
        EXAMPLES / "not-gradable" / "essay.ipynb",
    ]
    return json.loads(as_json(validate_all(files, Options(allow_weak=True))))


def test_the_document_keeps_the_contract() -> None:
    """For right, wrong and ungradable submissions; the scores lie between 0 and 1."""
    written = document()
    assert list(breaches(written, DOCUMENT)) == []
    verdicts = [submission["verdict"] for submission in written["submissions"]]
    assert verdicts == ["correct", "wrong", "not-gradable"]
    assert all(0 <= submission["score"] <= 1 for submission in written["submissions"])


def test_only_what_is_correct_earns_every_point() -> None:
    """The score is the share of the points, and its denominator is the model's."""
    files = sorted(file for file in EXAMPLES.rglob("*.*") if file.suffix in (".py", ".ipynb"))
    report = validate_all(files, Options(allow_weak=True))
    lists: dict[str | None, set[tuple[str, ...]]] = {}
    for submission in report.submissions:
        assert (submission.verdict == "correct") == (submission.score == 1), submission.path
        lists.setdefault(submission.model, set()).add(tuple(c.name for c in submission.checks))
    assert {model: len(found) for model, found in lists.items()} == dict.fromkeys(lists, 1)


def test_what_cannot_be_read_has_the_points_of_the_model_that_was_named() -> None:
    """So that a grader's total is the same for everyone."""
    file = EXAMPLES / "not-gradable" / "essay.ipynb"
    (named,) = validate_all([file], Options("logistic", allow_weak=True)).submissions
    (guessed,) = validate_all([file], Options(allow_weak=True)).submissions
    assert (named.score, len(named.checks), guessed.checks) == (0, 8, ())


@pytest.mark.parametrize(
    ("broken", "breach"),
    [
        ({}, "/schema: absent"),
        ({"schema": "gradcheck/validation/v2"}, "/schema: 'gradcheck/validation/v2' is none of"),
        ({"isolation": []}, "/isolation: no object"),
        ({"isolation": {"layers": [1], "missing": []}}, "/isolation/layers/0: 1"),
        ({"submissions": {}}, "/submissions: no list"),
        ({"submissions": [{"verdict": "good"}]}, "/submissions/0/verdict: 'good' is none of"),
        ({"submissions": [{"faults": [{"where": {}}]}]}, "/submissions/0/faults/0/where/line: ab"),
    ],
)
def test_a_breach_of_the_contract_is_seen(broken: Any, breach: str) -> None:
    """Else the law above would hold of anything."""
    assert any(found.startswith(breach) for found in breaches(broken, DOCUMENT))
