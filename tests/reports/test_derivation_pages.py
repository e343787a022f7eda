"""A report is a page a derivation, an index and a ledger: the same content in four formats."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import derivations
from derivations import Result
from gradcheck.illustrations import Illustration, illustrate
from reports.content import blocks as bl
from reports.content.blocks import Page
from reports.derivations import files, report
from reports.html.blocks import html_pages
from reports.latex.pages import latex_pages
from reports.latex.text import text_for_latex
from reports.markdown import code, figures, markdown_pages, plain

NAMES = ("logistic", "nudges", "descent", "convexity", "computation-graph")
Found = tuple[Any, Result, Illustration]
HOSTILE = "<script>alert(1)</script> $x$ \\input{x} `a|b` # * _ % & {} ~ ^ \u202e \x1b[31m ∯"


@pytest.fixture(scope="module")
def found() -> list[Found]:
    """Give what a report is made from."""
    declared = [derivations.load(name) for name in NAMES]
    return [(value, derivations.prove(value), illustrate(value)) for value in declared]


@pytest.fixture(scope="module")
def pages(found: list[Found]) -> tuple[Page, ...]:
    """Give the pages of a report."""
    return report(found)


def words(blocks: tuple[bl.Block, ...]) -> str:
    """Gather what some blocks say."""
    return repr(blocks)


def test_a_report_has_a_page_for_each_derivation(pages: tuple[Page, ...]) -> None:
    """The index comes first, the ledger of claims last."""
    assert [page.name for page in pages] == ["index", *NAMES, "ledger"]


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Statement",
            "Notation",
            "Forward pass",
            "Computation graph",
            "Backward pass",
            "The nudge",
        ),
        *("How exact is a slope?", "Pitfalls", "Statements", "What a proof means"),
    ],
)
def test_the_page_of_a_model_has_every_part(pages: tuple[Page, ...], title: str) -> None:
    """From the notation to what a proof means."""
    assert title in [s.title[0] for s in pages[1].blocks if isinstance(s, bl.Section)]


def test_every_claim_stands_on_its_page_and_in_the_ledger(
    found: list[Found], pages: tuple[Page, ...]
) -> None:
    """Nothing that was judged is left out."""
    ledger = words(pages[-1].blocks)
    for (_, result, _), page in zip(found, pages[1:-1], strict=True):
        for claim in result.claims:
            assert f"claim-{claim.id}" in words(page.blocks)
            assert f"{result.name}#claim-{claim.id}" in ledger


def test_a_claim_about_another_cost_says_which(pages: tuple[Page, ...]) -> None:
    """L9 differentiates the loss of one example, not J."""
    text = html_pages(pages)["logistic.html"]
    _, _, section = text.partition('id="claim-L9"')
    assert "Here it is " in section.partition('id="claim-L10"')[0]
    assert "Here it is " not in text.partition('id="claim-L9"')[0]


def test_a_claim_with_a_condition_is_not_said_to_hold_as_it_stands(found: list[Found]) -> None:
    """The first lines of the page and of the index count what holds under a condition only."""
    declared, result, shown = found[0]
    refined = replace(result.claims[0], condition="m > 1", counterexample="m = 1")
    pages = html_pages(report([(declared, replace(result, claims=(refined,)), shown)]))
    assert all(
        '<strong class="warn">holds, 1 under a condition' in pages[f"{name}.html"]
        for name in ("index", result.name)
    )


def test_a_refuted_claim_is_said_to_be_refuted(found: list[Found]) -> None:
    """A page never makes more of a claim than the proofs do."""
    declared, result, shown = found[0]
    failed = replace(result.claims[0].proofs[0], holds=False, detail="differs at m = 2")
    claim = replace(result.claims[0], proofs=(failed,), counterexample="m = 2")
    step = replace(result.steps[0], proofs=(failed,))
    bad = replace(result, claims=(claim,), steps=(step,))
    text = "".join(html_pages(report([(declared, bad, shown)])).values())
    verdict = 'Verdict: <strong class="bad">does not hold'
    for told in ("refuted", verdict, "✗ all-sizes fails", "differs at m = 2", "· exact"):
        assert told in text


def test_every_mistake_of_a_formula_is_in_its_table(
    found: list[Found], pages: tuple[Page, ...]
) -> None:
    """The table of pitfalls is as long as the list of mutations; all of them are refuted."""
    declared, result, shown = found[0]
    mistakes = [m for s in result.steps for m in derivations.mutations(declared, s, result.steps)]
    assert len(shown.pitfalls) == len(mistakes)
    rows = [
        row
        for table in tables(pages[1].blocks)
        if "mistakes" in table.caption
        for row in table.rows
    ]
    assert len(rows) == len(mistakes)
    assert all(pitfall.refuted_by for pitfall in shown.pitfalls if not pitfall.harmless)


def test_a_mistake_that_one_proof_misses_is_shown_as_such(found: list[Found]) -> None:
    """The table says which proofs refute a mistake, and counts it as not caught by all."""
    declared, result, shown = found[0]
    missed = replace(shown.pitfalls[0], refuted_by=("exact",))
    page = report([(declared, result, replace(shown, pitfalls=(missed,)))])[1]
    assert "only exact" in html_pages([page])["logistic.html"]
    told = "1 plausible mistake. Each of the three proofs refutes 0 of them by itself"
    assert told in words(page.blocks)


def tables(blocks: tuple[bl.Block, ...]) -> list[bl.Table]:
    """Return every table."""
    found: list[bl.Table] = []
    for block in blocks:
        if isinstance(block, bl.Table):
            found.append(block)
        elif isinstance(block, bl.Section | bl.Details):
            found += tables(block.blocks)
    return found


def test_a_graph_is_told_to_those_who_cannot_see_it(pages: tuple[Page, ...]) -> None:
    """Values, derivatives and arrows are in the words of the picture."""
    graph = figures(pages[NAMES.index("computation-graph") + 1].blocks)[0]
    told = graph.drawings[0].description
    assert "b (3, db = 6) is given." in told
    assert "v (11, dv = 3) is made from a and u." in told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("logistic", "Large steps miss the curvature"),
        ("computation-graph", "The cost is a straight line here, so large steps miss nothing"),
    ],
)
def test_the_errors_of_steps_are_told_as_they_were_measured(
    pages: tuple[Page, ...], name: str, told: str
) -> None:
    """A cost without curvature has no truncation, and the page does not speak of any."""
    (page,) = (page for page in pages if page.name == name)
    (figure,) = (figure for figure in figures(page.blocks) if figure.name == "steps")
    assert told in str(figure.caption)


def test_every_link_leads_somewhere(pages: tuple[Page, ...]) -> None:
    """Pages and places that are linked exist."""
    texts = html_pages(pages)
    for name, text in texts.items():
        for target in re.findall(r'href="([^"]+)"', text):
            file, _, place = target.partition("#")
            assert f'id="{place}"' in texts[file or name] if place else file in texts


def test_every_picture_of_a_page_in_markdown_is_a_file(pages: tuple[Page, ...]) -> None:
    """And every file of a picture is shown."""
    texts = markdown_pages(pages)
    shown = {p for text in texts.values() for p in re.findall(r"\]\(([\w-]+\.svg)\)", text)}
    assert shown == {name for name in texts if name.endswith(".svg")}


@pytest.mark.parametrize("form", ["html", "markdown", "latex", "pdf"])
def test_equal_input_gives_equal_bytes(found: list[Found], form: str) -> None:
    """No date, no random name, no order of a hash."""
    if form == "pdf":
        pytest.importorskip("typst", reason="the extra gradcheck[pdf] is not installed")
    again = [(d, r, illustrate(d)) for d, r, _ in found[:2]]
    assert files(report(found[:2]), form) == files(report(again), form)


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_small(pages: tuple[Page, ...], name: str) -> None:
    """A page with all its pictures stays below 600 kB."""
    assert len(html_pages(pages)[f"{name}.html"].encode()) < 600_000


def test_pages_are_self_contained(pages: tuple[Page, ...]) -> None:
    """No script, and no address that is not of the report."""
    for text in html_pages(pages).values():
        assert not re.search(r"<script|https?:|@import|url\((?!data:)|src=| on\w+=", text)


HOSTILE_PAGE = Page(
    "index",
    HOSTILE,
    (
        bl.paragraph(HOSTILE, bl.Code(HOSTILE), bl.Strong(HOSTILE, "bad")),
        bl.Bullets(((HOSTILE,),)),
        bl.Facts(((HOSTILE, (HOSTILE,)),)),
        bl.Table(HOSTILE, (HOSTILE, "b"), (((HOSTILE,), (bl.Code(HOSTILE),)),)),
        bl.Details(HOSTILE, (bl.paragraph(HOSTILE),)),
        bl.Section((HOSTILE, bl.Link(HOSTILE, "index")), ()),
    ),
)


def test_hostile_text_stays_text_in_html() -> None:
    """A derivation of one's own may be called anything."""
    (text,) = html_pages([HOSTILE_PAGE]).values()
    assert "<script" not in text
    assert "\x1b" not in text


def test_hostile_text_stays_text_in_markdown() -> None:
    """No tag, no formula and no cell is opened by it."""
    (text,) = markdown_pages([HOSTILE_PAGE]).values()
    outside = re.sub(r"``.*?``", "", text)
    assert not re.search(r"(?<!\\)\$|(?<!\\)<script|[\x1b\u202e]", outside)


def balanced(text: str) -> None:
    """Check that brackets, environments and dollars of LaTeX match."""
    bare = re.sub(r"\\[\\{}$%&#_]", "", text)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", bare):
        assert kind == "begin" or stack.pop() == name
        stack += [name] * (kind == "begin")
    assert not stack
    assert bare.count(r"\left(") == bare.count(r"\right)")
    assert bare.count("$") == 0


def test_latex_is_balanced(pages: tuple[Page, ...]) -> None:
    """Every bracket and every environment is closed, hostile text or not."""
    for text in latex_pages([*pages, HOSTILE_PAGE]).values():
        balanced(text)
        assert text.isascii() or not re.search(r"[^\x00-\x7f]", text)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", ["logistic", "index", "descent"])
def test_latex_compiles(pages: tuple[Page, ...], tmp_path: Path, name: str) -> None:
    """A real compiler takes the pages, and one with hostile text."""
    chosen = HOSTILE_PAGE if name == "index" else next(p for p in pages if p.name == name)
    (tmp_path / "page.tex").write_text(latex_pages([chosen])[f"{name}.tex"], encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout.decode("latin-1")[-2000:]


def test_pdf_has_text_that_can_be_selected(pages: tuple[Page, ...], tmp_path: Path) -> None:
    """Words, formulas and the words in pictures come back out of the file."""
    pytest.importorskip("typst", reason="the extra gradcheck[pdf] is not installed")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "page.pdf").write_bytes(files([pages[1]], "pdf")["logistic.pdf"])
    text = selected(tmp_path)
    for words_ in ("Logistic regression", "Step 1", "chosen step", "𝑑𝑍 = 𝐴 − 𝑌"):
        assert words_ in text


def selected(folder: Path) -> str:
    """Return the text of the PDF in a folder; a form feed parts its pages."""
    command = ["pdftotext", "-layout", "page.pdf", "-"]
    told = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=True)
    return told.stdout.decode()


def test_no_row_of_a_table_is_broken_between_two_pages_of_a_pdf(tmp_path: Path) -> None:
    """Its first word and its last stand on one page."""
    pytest.importorskip("typst", reason="the extra gradcheck[pdf] is not installed")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    rows = tuple(((f"first{n}.",), (f"{'long words ' * 40} last{n}.",)) for n in range(40))
    page = Page("page", "Page", (bl.Table("t", ("a", "b"), rows),))
    (tmp_path / "page.pdf").write_bytes(files([page], "pdf")["page.pdf"])
    sheets = selected(tmp_path).split("\f")
    for n in range(40):
        (sheet,) = (text for text in sheets if f"first{n}." in text)
        assert f"last{n}." in sheet


def test_hostile_text_stays_text_in_pdf() -> None:
    """The compiler takes it as a string."""
    pytest.importorskip("typst", reason="the extra gradcheck[pdf] is not installed")
    assert files([HOSTILE_PAGE], "pdf")["index.pdf"].startswith(b"%PDF")


MUST_FAIL: list[tuple[Callable[[list[Found]], object], str]] = [
    (lambda f: report([f[0], f[0]]), "two pages would be called logistic"),
    (lambda f: report([named(f[0], "index")]), "two pages would be called index"),
    (lambda f: report([named(f[0], "ledger")]), "two pages would be called ledger"),
    (lambda f: report([named(f[0], "../up")]), "'../up' cannot name a file; use letters"),
    (lambda f: report([named(f[0], "")]), "'' cannot name a file"),
    (lambda f: files(report(f[:1]), "word"), "format is 'word', but formats are html, markdown"),
    (
        lambda f: bl.Table("t", ("a", "b"), (((), (), ()),)),
        "'t': a row has 3 cells, but there are 2",
    ),
]


def named(found: Found, name: str) -> Found:
    """Give a result another name."""
    return found[0], replace(found[1], name=name), found[2]


@pytest.mark.parametrize(("make", "message"), MUST_FAIL, ids=range(len(MUST_FAIL)))
def test_what_cannot_be_a_report_is_told(
    found: list[Found], make: Callable[[list[Found]], object], message: str
) -> None:
    """Each fault is one line."""
    with pytest.raises(ValueError, match=message):
        make(found)


def test_a_missing_extra_says_what_brings_it(
    pages: tuple[Page, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the compiler there is no PDF, but one line that says how to get it."""
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(ImportError, match=r"pip install 'gradcheck\[pdf\]'"):
        files(pages[:1], "pdf")


def test_signs_that_latex_lacks_are_spelt_out() -> None:
    """Accents become accents, scripts scripts, and the rest a number."""
    assert text_for_latex("ŷ") == r"\ensuremath{\hat{y}}"
    assert text_for_latex("σ̂") == r"\ensuremath{\hat{\sigma}}"
    assert text_for_latex("xᵢ²") == r"x\ensuremath{_{i}}\ensuremath{^{2}}"
    assert text_for_latex("≠") == r"\ensuremath{\ne}"
    assert text_for_latex("∯") == r"\texttt{[U+222F]}"


def test_code_in_markdown_keeps_its_signs() -> None:
    """The fence is longer than what it holds."""
    assert code("a`b") == "``a`b``"
    assert code("`a|b") == "`` `a\\|b ``"
    assert plain("a*b_c") == r"a\*b\_c"


def test_figures_are_found_wherever_they_stand(pages: tuple[Page, ...]) -> None:
    """The page of a model shows its graph, a nudge and the errors; a topic its landscape."""
    shown = {page.name: [figure.name for figure in figures(page.blocks)] for page in pages}
    assert shown["logistic"] == ["graph", "nudge", "steps"]
    assert shown["nudges"] == ["nudge", "steps"]
    assert (shown["descent"], shown["convexity"]) == (["landscape"], ["landscape"])
