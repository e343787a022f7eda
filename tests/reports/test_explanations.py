"""What a reader needs between two formulas: conventions, what a step starts from, and why."""

from __future__ import annotations

from functools import cache

import pytest

import derivations
from derivations import Derivation
from derivations.engine.declaration import Claim
from derivations.engine.trees import replaced, walk
from gradcheck.illustrations import Illustration
from reports.content import blocks as bl
from reports.content.claims import _shortened
from reports.content.derivation import derivation_page
from reports.html.blocks import html_pages
from reports.markdown import markdown_pages


@cache
def shown(name: str) -> bl.Page:
    """Give the page of a derivation, without pictures."""
    declared = derivations.load(name)
    return derivation_page(declared, derivations.prove(declared), Illustration())


def told(name: str) -> str:
    """Give the words of a page."""
    return next(iter(markdown_pages([shown(name)]).values()))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("logistic", "It starts from $dL = 1$, in every entry."),
        ("computation-graph", "It starts from $dJ = 1$, in every entry."),
        ("logistic", r", since $\sigma^{\prime}(Z) = A * \left(1 - A\right)$"),
        ("logistic", "as the course does: $dZ$, $dA$, $dL$."),
        ("shallow-network", "as the course does: $dZ^{[1]}$, $dA^{[1]}$, $dZ^{[2]}$"),
        ("loss", "$f$ is any differentiable function; $\\sigma$ stands for it in the code."),
        ("initialisation", "is an array of ones; its shape stands below it."),
    ],
)
def test_a_page_says_what_its_formulas_rest_on(name: str, words: str) -> None:
    """A convention, a start or an identity that a formula uses is told on its page."""
    assert words in told(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("linear", "since"),
        ("linear", "any differentiable function"),
        ("logistic", "is an array of ones"),
        ("computation-graph", "for each example by itself"),
        ("computation-graph", "dL"),
    ],
)
def test_a_page_says_nothing_that_its_formulas_do_not_use(name: str, words: str) -> None:
    """What plays no part in a derivation is not told on its page."""
    assert words not in told(name)


@pytest.mark.parametrize("name", derivations.names())
def test_a_shortened_formula_is_the_formula(name: str) -> None:
    """With its name put back, a formula that was shortened is what was claimed."""
    declared = derivations.load(name)
    claims = declared.claims if isinstance(declared, Derivation) else ()
    for claim in (claim for claim in claims if isinstance(claim, Claim)):
        shorter, where = _shortened(claim.right)
        again = replaced(shorter, {where.name: where.definition}) if where else shorter
        assert again == claim.right


def test_a_long_part_is_written_once() -> None:
    """H2 holds the whole forward pass twice, and its formula names it."""
    claims = derivations.load("shallow-network").claims
    (claim,) = (c for c in claims if isinstance(c, Claim) and c.id == "H2")
    shorter, where = _shortened(claim.right)
    assert where is not None
    assert where.definition not in [*walk(shorter)]


def test_short_brackets_of_code_stay_in_one_line() -> None:
    """A bracket of a few signs is not broken; a long one may be."""
    code = "dZ = np.sum(dA * (1 - A), axis=1, keepdims=True)"
    text = html_pages([bl.Page("one", "One", (bl.paragraph(bl.Code(code)),))])["one.html"]
    assert 'np.sum(dA * <span class="kept">(1 - A)</span>, axis=1, keepdims=True)' in text
