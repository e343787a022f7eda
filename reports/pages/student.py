"""The page of one submission: the verdict first, then the first wrong line and what shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradcheck.submissions.checklist import OTHERS
from reports.html.elements import Content, Element, element
from reports.html.page import page, table
from reports.html.svg import svg
from reports.pages.dataflow import LEGEND, dataflow
from reports.pages.example import example_section
from reports.pages.faults import fault_section, folded
from reports.words import RIGHT, noted, place, points, printable, quantities

if TYPE_CHECKING:
    from gradcheck.submissions.results import Check, Fault, Remark, Submission

MARKS = {
    "correct": ("✓", "good", "correct"),
    "wrong": ("✗", "bad", "wrong"),
    "undecided": ("?", "warn", "undecided"),
    "not-gradable": ("–", "warn", "not gradable"),
    "blamed-upstream": ("↓", "quiet", "right for what it was fed"),
    "not-found": ("–", "warn", "not found"),
}
STYLE = """
.lead{font-size:1.1rem}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.8rem}
.sides>div{border:1px solid var(--rule);border-radius:.3rem;padding:.5rem .8rem;min-width:0;
display:flex;flex-direction:column}
.sides h3{margin:.1rem 0 .4rem}
.sides pre{margin:auto 0 .2rem}
.sides math{font-size:1em}
.sides pre,pre.call{white-space:pre-wrap;overflow-wrap:anywhere}
pre mark{background:none;color:inherit;font-weight:bold;
text-decoration:underline wavy var(--bad);text-underline-offset:.25em}
.number{color:var(--quiet);user-select:none}
.wide th code{white-space:nowrap}
@media (max-width:40rem){.sides math{font-size:.95em}
pre{white-space:pre-wrap;overflow-wrap:anywhere}}
"""


def student_page(submission: Submission, *, navigation: Content = None, seed: int = 0) -> str:
    """Lay out the page of a submission.

    Parameters
    ----------
    submission : Submission
    navigation : Content, optional
        A link back to the page of the class.
    seed : int
        Draws the problems; the page says how to repeat the result.
    """
    first, further = submission.faults[:1], submission.faults[1:]
    found = submission.counterexample
    body = (
        _verdict(submission),
        [fault_section(fault, "The first wrong line") for fault in first],
        example_section(found) if found else None,
        _flow(submission),
        _further(further),
        _asides(submission),
        _checks(submission),
        _roles(submission),
        _repeat(seed),
    )
    title = f"{_name(submission)}: {MARKS[submission.verdict][2]}"
    return page(title, *body, navigation=navigation, more_style=STYLE)


def verdict(word: str) -> Element:
    """Show a verdict by its sign, its word and its colour."""
    sign, role, said = MARKS[word]
    return element("span", f"{sign}\u00a0{said}", class_=f"verdict {role}")


def _name(submission: Submission) -> str:
    return printable(submission.path.replace("\\", "/").rpartition("/")[2] or submission.path)


def _verdict(submission: Submission) -> Iterator[Element]:
    yield element("h1", _name(submission), ": ", verdict(submission.verdict))
    if submission.reason:
        yield element("p", submission.reason, class_="lead")
    if submission.model:
        model = f"Read as the model “{submission.model}”. "
        yield element("p", model, element("strong", points(submission)), ".")
    if submission.verdict == "undecided":
        yield element("p", "Nothing is shown to be wrong, but not all could be judged; see below.")


def _flow(submission: Submission) -> Element | None:
    drawing = dataflow(submission.checks)
    if drawing is None:
        return None
    caption = (
        "Above, what is computed forward, up to the cost J; below it, the derivatives on their way "
        f"back, and the gradients made from them. {LEGEND}"
    )
    beside = [c.name for c in submission.checks if c.verdict == "wrong" and c.name == OTHERS]
    if beside:
        caption += f" Wrong too, and not in the picture: {', '.join(beside)}."
    return element(
        "section",
        element("h2", "The data flow"),
        element(
            "figure",
            element("div", svg(drawing), class_="picture", tabindex="0"),
            element("figcaption", caption),
        ),
    )


def _further(faults: tuple[Fault, ...]) -> Content:
    if not faults:
        return None
    heading = element("h2", f"{len(faults)} further fault{'s' * (len(faults) > 1)}")
    return element("div", heading, [folded(fault) for fault in faults])


def _asides(submission: Submission) -> Iterator[Element]:
    notes = list(noted(submission))
    if submission.remarks:
        yield element("h2", "Worth knowing")
        yield element("p", "This leaves the verdict as it is.")
        yield element("ul", [_remark(remark) for remark in submission.remarks])
    absent = [check.name for check in submission.checks if check.verdict == "not-found"]
    if absent:
        notes.insert(0, f"not found, and so not judged: {', '.join(absent)}")
    if notes:
        yield element("h2", "What was left out, supplied or not judged")
        yield element("ul", [element("li", note.removeprefix("note: ")) for note in notes])


def _remark(remark: Remark) -> Element:
    where = place(remark.where)
    told = f"{where}: {remark.message} " if where else f"{remark.message} "
    return element("li", told, element("code", remark.code))


def _checks(submission: Submission) -> Element | None:
    if not submission.checks:
        return None
    rows = [_check(submission, check) for check in submission.checks]
    head = ("quantity", "verdict", "points", "where")
    return element("section", element("h2", "All checks"), table("The points", head, rows))


def _check(submission: Submission, check: Check) -> Element:
    wheres = [f.where for f in submission.faults if check.name in quantities(f)]
    wheres += [q.where for q in submission.quantities if q.name == check.name]
    where = next((place(where) for where in wheres if place(where)), "")
    hidden = check.verdict in RIGHT and check.name != OTHERS
    shown = where or ("inside another quantity" if hidden else "")
    return element(
        "tr",
        element("th", check.name, scope="row"),
        element("td", verdict(check.verdict)),
        element("td", f"{check.points:g} of {check.max_points:g}"),
        element("td", shown),
    )


def _roles(submission: Submission) -> Element | None:
    """Say what each function was taken for: where that is wrong, so is all that follows."""
    if not submission.roles:
        return None
    rows = [
        element(
            "tr",
            element("th", element("code", role.function), scope="row"),
            element("td", role.role),
            element("td", _known(role.found_by)),
        )
        for role in submission.roles
    ]
    head = ("function", "taken for", "known")
    return element("section", element("h2", "How the code was read"), table("Roles", head, rows))


def _known(found_by: str) -> str:
    return "the loop of the script" if found_by == "loop" else f"by its {found_by}"


def _repeat(seed: int) -> Element:
    return element(
        "p",
        "Made by gradcheck; the same result comes with ",
        element("code", f"gradcheck validate --seed {seed}"),
        ".",
        class_="quiet small",
    )
