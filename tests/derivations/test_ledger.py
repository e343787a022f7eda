"""The ledger: every statement of the course has one verdict, and the conditions are stated."""

import json

import pytest

import derivations
from derivations import vectorising
from derivations.engine.declaration import Derivation, Evidence, Statement, Topic
from derivations.engine.evidence import exactly, for_all, in_numbers
from derivations.engine.results import Proof, Result, Verdict

COUNTS = {"N": 5, "G": 3, "L": 14, "D": 3, "S": 5, "H": 12}
REFINED = {"N5", "L14", "D1", "S4"}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    """Everything built in, proven once."""
    return [derivations.prove(declaration) for declaration in derivations.load_all()]


def test_every_claim_has_exactly_one_verdict(results: list[Result]) -> None:
    """The JSON holds every ID of the ledger once."""
    data = json.loads(derivations.render(results, "json"))
    ids = [claim["id"] for one in data["derivations"] for claim in one["claims"]]
    expected = [f"{letter}{n}" for letter, count in COUNTS.items() for n in range(1, count + 1)]
    assert sorted(ids) == sorted(expected)


def test_what_the_course_leaves_out_is_stated(results: list[Result]) -> None:
    """Four claims need a condition, shown by a counterexample; the others hold as they stand."""
    verdicts = {claim.id: claim for result in results for claim in result.claims}
    assert {name for name, claim in verdicts.items() if claim.verdict == "refined"} == REFINED
    for name, claim in verdicts.items():
        assert bool(claim.condition) == bool(claim.counterexample) == (name in REFINED)


def test_no_claim_rests_on_nothing(results: list[Result]) -> None:
    """Each claim has proofs, and every proof says what it compared."""
    for result in results:
        for claim in result.claims:
            assert all(proof.holds and proof.detail for proof in claim.proofs)


def test_text_and_markdown_show_conditions(results: list[Result]) -> None:
    """A refined claim is printed with its condition and what shows it."""
    text = derivations.render(results, "text")
    assert "if: f is curved" in text
    assert "shown by: f = 3a" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "f is curved" in derivations.render(results, "markdown")


def test_topics_have_no_code_to_print() -> None:
    """A topic without a model prints no equations."""
    topic = Topic("t", "T", (Statement("x", "true", lambda: Evidence((for_all(True, "so"),))),))
    result = derivations.prove(topic)
    assert result.holds
    assert "align" not in derivations.render([result], "latex")
    assert "# t" not in derivations.render([result], "numpy")


WRONG_EVIDENCE = [
    Evidence((for_all(False, "no"),)),
    Evidence((exactly(False, "no"),)),
    Evidence((in_numbers(False, "no"),)),
    Evidence((for_all(True, "yes"), exactly(False, "no"))),
    Evidence((for_all(True, "yes"), in_numbers(False, "no")), "if", "else"),
]


@pytest.mark.parametrize("evidence", WRONG_EVIDENCE)
def test_one_failing_proof_refutes(evidence: Evidence) -> None:
    """A claim with any proof that doesn't hold is refuted, condition or not."""
    verdict = Statement("x", "false", lambda: evidence).judge()
    assert verdict.verdict == "refuted"
    topic = Topic("t", "T", (Statement("x", "false", lambda: evidence),))
    assert not derivations.prove(topic).holds


def test_nothing_is_not_a_pass() -> None:
    """A result without steps and claims doesn't hold, nor does a step without proofs."""
    assert not derivations.prove(Topic("t", "T", ())).holds
    model = derivations.load("linear")
    assert isinstance(model, Derivation)
    from derivations.engine.reverse import derive

    assert not Result("x", "X", (), derive(model), ()).holds


def test_values_validate_themselves() -> None:
    """Unknown methods, verdicts without proofs and half a refinement are refused."""
    with pytest.raises(ValueError, match=r"a proof has method 'magic', but methods are all-sizes"):
        Proof("magic", True, "")
    with pytest.raises(ValueError, match=r"claim Q has no proof, but a verdict needs at least one"):
        Verdict("Q", "", ())
    with pytest.raises(ValueError, match=r"a refined claim needs both; give the other one"):
        Evidence((for_all(True, ""),), condition="sometimes")


def test_operations_are_counted_not_assumed() -> None:
    """Sharing dL/dŷ gives the same derivatives with n operations fewer."""
    shared, apart = (vectorising.operations(3, shared=share) for share in (True, False))
    assert shared == ([4, 6, 8, 2], 4)
    assert apart == ([4, 6, 8, 2], 7)


def test_measured_times_leave_no_trace_in_the_text() -> None:
    """Proving twice prints the same bytes, though one claim measures how long a loop takes."""
    first, second = (
        derivations.render([derivations.prove(vectorising.DERIVATION)], "json") for _ in range(2)
    )
    assert first == second
    assert "more than 3 times as long" in first
