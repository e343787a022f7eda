"""The pages of a student and of a class: self-contained, and no text becomes markup."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.submissions.checklist import OTHERS, checklist, score
from gradcheck.submissions.results import (
    Check,
    Counterexample,
    Excerpt,
    Fault,
    Nudge,
    Quantity,
    Remark,
    Report,
    Role,
    Submission,
    Where,
)
from impl import Model, models
from reports.html.svg import svg
from reports.pages.dataflow import COLUMN, EDGE, FIRST, MARKS, SIZE, dataflow, layout
from reports.pages.group import COMMONEST, file_names, pages
from reports.pages.nudge import nudge_picture
from reports.pages.student import student_page

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
NAMES = ("Z", "A", "L", "J", "dZ", "dw", "db")
NUDGE = Nudge("w", (0, 0), 0.001, 0.5, 0.4995, -0.5, 0.5, "w grew by 0.001, J moved by −0.0005")
EXAMPLE = Counterexample(
    "propagate",
    "dw",
    {"w": [[0.0]], "X": [[1.0, 2.0]]},
    {"n_y": 1},
    "propagate(w, b, X, Y)[0]['dw']",
    [[0.5]],
    [[-0.5]],
    NUDGE,
)
EXCERPT = Excerpt("dw = X @ dZ.T", 5, 13, 4, ("    dZ = A - Y",), ("    return dw",))
SLIP = Fault(
    *("missing-mean", "dw", Where("propagate", 12), "dw is not divided by m"),
    *("dw = X @ dZ.T", "dw = X @ dZ.T / m", "J is a mean", EXCERPT),
)
UPHILL = Fault("update-sign", "w", Where("step", 30), "the step goes uphill", excerpt=EXCERPT)


class Tree(HTMLParser):
    """Reads a page; ``tags`` lists what opens, and what closes must be what is open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, which must be the one that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text of elements."""
        if not {"style", "title", "desc"} & set(self.open):
            self.words.append(data)

    def text(self) -> str:
        """Give what a reader reads."""
        return "".join(self.words)

    def values(self, name: str) -> list[str]:
        """Give the values of an attribute."""
        return [value for _, found, value in self.attributes if found == name]


def submission(*faults: Fault, path: str = "a.py", **fields: Any) -> Submission:
    """Make a submission of which all is right but the quantities of its faults."""
    wrong = {fault.quantity for fault in faults}
    quantities = tuple(Quantity(n, "wrong" if n in wrong else "correct") for n in NAMES[3:])
    checks = checklist(NAMES, quantities, faults)
    verdict = "wrong" if faults else "correct"
    given = {"faults": faults, "checks": checks, **fields}
    return Submission(path, "logistic", verdict, score(checks), quantities, **given)


WRONG = submission(
    SLIP,
    UPHILL,
    counterexample=EXAMPLE,
    remarks=(Remark("log-guard", Where("cost", 9), "J has 1e-8 in it"),),
    notes=("line 3: left out",),
    roles=(Role("propagate", "one_step", "value"),),
)
RIGHT = submission(path="b.py")
REFUSED = Submission("c.py", None, "not-gradable", reason="the file is empty")
CLASS = Report(7, {"layers": (), "missing": ()}, (WRONG, RIGHT, REFUSED, replace(WRONG)))
EVERY_PAGE = pages(CLASS)


@pytest.mark.parametrize("text", EVERY_PAGE.values(), ids=EVERY_PAGE)
def test_a_page_is_whole_by_itself(text: str) -> None:
    """No script, nothing that is fetched, and links only to its neighbours."""
    page = Tree(text)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert set(page.values("href")) <= {"#content", *EVERY_PAGE}
    assert not re.search(r"url\((?!data:font)", text)
    assert "@import" not in text


@pytest.mark.parametrize("text", EVERY_PAGE.values(), ids=EVERY_PAGE)
def test_a_page_can_be_read_by_those_who_cannot_see_it(text: str) -> None:
    """Language, one first heading, no level skipped, headers of tables, words for pictures."""
    page = Tree(text)
    assert page.values("lang") == ["en"]
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.tags.count("th") == len(page.values("scope"))
    assert page.tags.count("caption") == page.tags.count("table")
    assert page.values("role").count("img") == page.tags.count("svg") == page.tags.count("desc")


def test_the_verdict_comes_first_and_then_the_wrong_line() -> None:
    """With its neighbours, the formula beside the one that belongs there, and the reason."""
    text = Tree(student_page(WRONG)).text()
    told = (
        *("a.py: ✗\u00a0wrong", "6 of 8 points"),
        *("The first wrong line: line 12, in propagate", "dw is not divided by m"),
        *("11     dZ = A - Y", "▶12     dw = X @ dZ.T", "13     return dw"),
        *("Your code computes", "dw = X @ dZ.T", "What belongs there", "dw = X @ dZ.T / m"),
        *("J is a mean", "See it happen", "propagate(w, b, X, Y)[0]['dw']", "[[1.0, 2.0]]"),
        *("w grew by 0.001", "The data flow", "1 further fault", "the step goes uphill"),
        *("Worth knowing", "log-guard", "left out", "All checks"),
        *("How the code was read", "one_step", "propagate", "by its value"),
    )
    at = 0
    for part in told:
        assert part in text[at:]
        at = text.index(part, at) + len(part)


def test_brief_hints_leave_the_solution_off_the_page() -> None:
    """The page shows what is in the result, and no more."""
    example = replace(EXAMPLE, expected=None, nudge=None)
    brief = replace(SLIP, expected=None, why=None)
    text = Tree(student_page(submission(brief, counterexample=example))).text()
    assert "What belongs there" not in text
    assert "See it happen" in text


def test_what_was_not_found_is_said() -> None:
    """A gap is no pass, and the page says what is missing."""
    checks = checklist(NAMES, (Quantity("J", "correct"), Quantity("dw", "not-found")), ())
    found = Submission("a.py", "logistic", "undecided", 0.5, checks=checks)
    text = Tree(student_page(found)).text()
    assert "not found, and so not judged: dZ, dw, db" in text
    assert "Nothing is shown to be wrong, but not all could be judged" in text


ANY_TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'/\n\0\x1b"), min_size=1)


def hostile(text: str) -> Submission:
    """Make a submission that says a text wherever a submission can say something."""
    excerpt = Excerpt(text, 0, len(text), 0, (text,), (text,))
    fault = Fault("sign", "dw", Where(text, 3), text, text, text, text, excerpt)
    example = Counterexample(text, "dw", {text: 1.0}, {text: 2.0}, text, 1.0, 2.0, NUDGE)
    remark = Remark("log-guard", Where(text, 1), text)
    return submission(
        *(fault, fault),
        path=text,
        counterexample=example,
        remarks=(remark,),
        notes=(text,),
        roles=(Role("cost", text, "name"),),
    )


PLAIN = hostile("plain")


@given(text=ANY_TEXT)
def test_no_text_becomes_markup(text: str) -> None:
    """A page has the same elements and attributes whatever a submission says."""
    page, plain = (Tree(student_page(found)) for found in (hostile(text), PLAIN))
    assert page.tags == plain.tags
    assert [named[:2] for named in page.attributes] == [named[:2] for named in plain.attributes]


@given(text=ANY_TEXT)
def test_no_text_becomes_markup_on_the_page_of_the_class(text: str) -> None:
    """Nor there."""
    page, plain = (
        [tag for tag in Tree(made["index.html"]).tags if tag != "wbr"]  # where a name may break
        for made in (pages(Report(0, {}, (found, RIGHT))) for found in (hostile(text), PLAIN))
    )
    assert page == plain


@given(paths=st.lists(ANY_TEXT, max_size=8))
def test_no_two_pages_share_a_file_and_none_leaves_its_folder(paths: list[str]) -> None:
    """Not even where a file system takes capitals and small letters for the same."""
    made = [Submission(path, None, "not-gradable") for path in paths]
    names = file_names([*made, Submission("x/INDEX.py", None, "not-gradable")])
    assert len({name.lower() for name in names} | {"index.html"}) == len(paths) + 2
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*\.html", name) for name in names)


def test_the_class_is_counted_and_everyone_is_reached() -> None:
    """Verdicts, the commonest faults, and a way to each page in every order."""
    page = Tree(EVERY_PAGE["index.html"])
    text = page.text()
    assert "4 submissions" in text
    assert "✗\u00a0wrong2 50%" in text
    assert "2 submissions: missing-mean in dw" in text
    assert set(page.values("href")) == {"#content", *EVERY_PAGE} - {"index.html"}
    assert page.values("type").count("radio") == page.tags.count("label") == 4
    assert page.tags.count("table") == 1 + 4


def test_the_commonest_faults_do_not_say_whose_they_are() -> None:
    """Lines are shown, names are not."""
    named = Report(0, {}, (replace(WRONG, path="somebody.py"), replace(WRONG, path="other.py")))
    text = Tree(pages(named)["index.html"]).text()
    faults = text[text.index("The commonest faults") : text.index("All submissions")]
    assert "dw = X @ dZ.T" in faults
    assert "somebody" not in faults


def test_a_long_name_goes_on_after_a_sign_between_its_words() -> None:
    """A narrow table breaks a file's name after an underscore or a dot, and nowhere else."""
    named = pages(Report(0, {}, (replace(RIGHT, path="my_first_net.py"),)))["index.html"]
    assert ">my_<wbr>first_<wbr>net.<wbr>py</a>" in named


def test_the_loop_of_a_script_is_called_by_its_line() -> None:
    """What was made of a loop has no name that its author would know."""
    loop = "loop_at_line_12"
    fault = replace(SLIP, where=Where(loop, 18))
    example = replace(EXAMPLE, function=loop, call=f"{loop}(X, y)")
    text = student_page(submission(fault, counterexample=example))
    assert "line 18, in the loop at line 12" in text
    assert loop not in text


def test_a_remark_is_told_as_what_it_is() -> None:
    """Its place and its words, with its code set as code; that it is one, the heading says."""
    text = student_page(WRONG)
    assert "<li>line 9, in cost: J has 1e-8 in it <code>log-guard</code></li>" in text


def test_rare_faults_are_counted() -> None:
    """A class with many kinds of faults keeps a page that can be read."""
    many = [submission(replace(SLIP, code=f"code-{n}")) for n in range(COMMONEST + 3)]
    assert "… and 3 rarer ones." in pages(Report(0, {}, tuple(many)))["index.html"]


@pytest.mark.parametrize("model", models().values(), ids=lambda model: model.name)
def test_every_quantity_of_every_model_has_its_place(model: Model) -> None:
    """No two share one, and each derivative stands below what it is the derivative by."""
    names = tuple(model.quantities)
    places, edges = layout(names)
    assert set(places) == set(names)
    assert len(set(places.values())) == len(names)
    assert {end for _, end in edges} == set(names[1:])
    for name, (row, column) in places.items():
        if row == 1:
            assert places[name[1:]] == (0, column)


def drawn(checks: Sequence[Check]) -> str:
    """Draw the data flow as SVG."""
    drawing = dataflow(checks)
    assert drawing is not None
    return str(svg(drawing))


def test_the_picture_says_in_words_what_its_colours_say() -> None:
    """One mark a quantity; only the first of the wrong ones is framed twice."""
    verdicts = ("correct", "wrong", "wrong", "blamed-upstream", "undecided", "not-found", "correct")
    checks = [Check(n, v, 0, 1) for n, v in zip(NAMES, verdicts, strict=True)]
    picture = drawn([*checks, Check(OTHERS, "wrong", 0, 1)])
    signs = ("✓ right", "✗ first", "✗ wrong", "↓ follows", "? open", "– missing")
    assert [picture.count(mark) for mark in signs] == [2, 1, 1, 1, 1, 1]
    assert picture.count("<rect") == len(NAMES) + 1
    assert "The first that is wrong is A. Right: Z, db. Wrong: A, L." in picture
    assert "Not found: dw." in picture


@pytest.mark.parametrize("mark", [FIRST, *(mark for mark, _ in MARKS.values())])
def test_a_mark_fits_below_its_box(mark: str) -> None:
    """Beside another one, and at the edge of the picture, too: a letter is up to 7.2 wide."""
    wide = 7.2 * len(mark)
    assert wide <= min(COLUMN, SIZE[0] + 2 * EDGE)


def test_there_is_no_picture_without_a_cost() -> None:
    """An assignment may grade gradients alone."""
    assert dataflow([Check("dw", "correct", 1, 1)]) is None


@pytest.mark.parametrize("claimed", [0.5, -0.5, 0.0, 1e9, -0.49, -0.52])
def test_the_labels_of_the_nudge_never_lie_on_one_another(claimed: float) -> None:
    """However near the claim is to the slope."""
    drawing = nudge_picture(replace(NUDGE, claimed=claimed))
    assert drawing is not None
    heights = [
        float(found)
        for found in re.findall(r'y="([\d.]+)"[^>]*>(?:slope of J|your dw)', str(svg(drawing)))
    ]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 15.9


@pytest.mark.parametrize("claimed", [float("nan"), float("inf"), "nan"])
def test_a_claim_that_is_no_number_is_told_and_not_drawn(claimed: Any) -> None:
    """There is no line to draw."""
    assert nudge_picture(replace(NUDGE, claimed=claimed)) is None
    example = replace(EXAMPLE, nudge=replace(NUDGE, claimed=claimed))
    text = Tree(student_page(submission(SLIP, counterexample=example))).text()
    assert "w grew by 0.001" in text


CHROMIUMS_OWN = (".google.com", ".googleapis.com", ".gvt1.com")  # it looks for updates of itself
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["index.html", "a.html"])
def test_a_browser_has_nothing_to_say_and_fetches_nothing(
    tmp_path: Path, name: str, width: int
) -> None:
    """No word on its console, no request, and no page is wider than its window."""
    frame = (  # a window is never narrower than 500 pixels, a frame may be
        f'<iframe width="{width}" style="border:0" srcdoc="{html.escape(EVERY_PAGE[name])}">'
        "</iframe><script>onload = () => { document.title = "
        "frames[0].document.documentElement.scrollWidth }</script>"
    )
    (tmp_path / "frame.html").write_text(f"<title></title>{frame}", encoding="utf-8")
    log = tmp_path / "net.json"
    command = [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
        *("--enable-logging=stderr", f"--log-net-log={log}", "--hide-scrollbars"),
        *(f"--user-data-dir={tmp_path / 'profile'}", f"file://{tmp_path / 'frame.html'}"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "CONSOLE" not in ended.stderr
    assert f"<title>{width}</title>" in ended.stdout
    hosts = re.findall(r'"url":"https?://([^/"]+)', log.read_text(encoding="utf-8"))
    assert [host for host in hosts if not host.endswith(CHROMIUMS_OWN)] == []
