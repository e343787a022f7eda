"""The page of a class: how many are right, what goes wrong most often, and a way to each page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from reports.html.elements import Content, Element, element
from reports.html.page import link, page, table
from reports.pages.student import MARKS, STYLE, student_page, verdict
from reports.words import printable

if TYPE_CHECKING:
    from gradcheck.submissions.results import Excerpt, Fault, Report, Submission

VERDICTS = ("correct", "wrong", "undecided", "not-gradable")
COMMONEST, EXAMPLES = 12, 3
LONGEST_NAME = 80
Row = tuple["Submission", str]  # a submission and the file of its page
ORDERS: tuple[tuple[str, str, Callable[[Row], Any]], ...] = (
    ("name", "by name", lambda row: row[0].path),
    ("verdict", "by verdict", lambda row: (-VERDICTS.index(row[0].verdict), row[0].path)),
    ("points", "by points, fewest first", lambda row: (row[0].score, row[0].path)),
    ("fault", "by first fault", lambda row: (_first_fault(row[0]) or "~", row[0].path)),
)
CLASS_STYLE = (
    ".orders input{margin:0 .3rem 0 1rem}.orders .order{display:none}\n"
    + "".join(
        f"#by-{name}:checked~.by-{name}{{display:block}}\n"
        f"#by-{name}:focus-visible+label{{outline:3px solid var(--accent)}}\n"
        for name, *_ in ORDERS
    )
    + """.bar{display:inline-block;height:.8em;background:var(--accent);vertical-align:baseline}
.orders td:nth-child(2){font-weight:bold;white-space:nowrap}
td.many{min-width:8rem}.orders tbody th{overflow-wrap:break-word;min-width:6rem}
@media (max-width:40rem){.orders label::after{content:"\\a";white-space:pre}}
.faults li{margin:.8rem 0}.faults pre{margin:.3rem 0;padding:.2rem .5rem}
@media print{.orders input,.orders label{display:none}.bar{print-color-adjust:exact}}
"""
)


def pages(report: Report) -> dict[str, str]:
    """Lay out a page a submission, and an ``index.html`` that leads to them.

    Returns
    -------
    dict of str to str
        The text of each file; a file's name is made from the submission's, in plain ASCII.
    """
    rows = list(zip(report.submissions, file_names(report.submissions), strict=True))
    back = link("The class", "index.html")
    files = {
        name: student_page(submission, navigation=back, seed=report.seed)
        for submission, name in rows
    }
    return {"index.html": class_page(rows)} | files


def file_names(submissions: Sequence[Submission]) -> tuple[str, ...]:
    """Name the files of the pages: no two alike, and safe in any folder and any link."""
    taken, names = {"index"}, []
    for submission in submissions:
        last = re.split(r"[/\\]", submission.path)[-1].rpartition(".")[0] or submission.path
        slug = re.sub(r"[^A-Za-z0-9_]+", "-", last)[:LONGEST_NAME].strip("-") or "submission"
        name, number = slug, 1
        while name.lower() in taken:
            number += 1
            name = f"{slug}-{number}"
        taken.add(name.lower())
        names.append(f"{name}.html")
    return tuple(names)


def class_page(rows: Sequence[Row]) -> str:
    """Lay out the page of a class."""
    many = "submission" if len(rows) == 1 else "submissions"
    title = f"{len(rows)} {many}"
    return page(
        title,
        element("h1", title),
        _counts([row[0] for row in rows]),
        _commonest([row[0] for row in rows]),
        element("h2", "All submissions"),
        _orders(rows),
        more_style=STYLE + CLASS_STYLE,
    )


def _counts(submissions: Sequence[Submission]) -> Element:
    counted = Counter(submission.verdict for submission in submissions)
    most = max(counted.values(), default=1)
    rows = [
        element(
            "tr",
            element("th", verdict(word), scope="row"),
            element("td", str(counted[word])),
            element("td", _share(counted[word], len(submissions), most), class_="many"),
        )
        for word in VERDICTS
        if counted[word]
    ]
    return table("Verdicts", ("verdict", "submissions", "share"), rows)


def _share(count: int, total: int, most: int) -> tuple[Element, str]:
    """Show a share as a bar and in numbers; the bar alone says nothing that the number does not."""
    width = f"width:{5 * count / most:.2f}rem"
    return element("span", class_="bar", style=width, aria_hidden="true"), f" {count / total:.0%}"


def _commonest(submissions: Sequence[Submission]) -> Iterator[Element]:
    """Show the commonest faults with some of their lines, which do not say whose they are."""
    found: dict[str, list[tuple[Fault, ...]]] = {}
    for submission in submissions:
        for code in dict.fromkeys(fault.code for fault in submission.faults):
            same = tuple(fault for fault in submission.faults if fault.code == code)
            found.setdefault(code, []).append(same)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    if not ranked:
        return
    yield element("h2", "The commonest faults")
    yield element(
        "ol", [_fault(code, cases) for code, cases in ranked[:COMMONEST]], class_="faults"
    )
    if len(ranked) > COMMONEST:
        yield element("p", f"… and {len(ranked) - COMMONEST} rarer ones.", class_="quiet")


def _fault(code: str, cases: Sequence[tuple[Fault, ...]]) -> Element:
    faults = [fault for case in cases for fault in case]
    names = dict.fromkeys(fault.quantity for fault in faults)
    excerpts = {fault.excerpt.text: fault.excerpt for fault in faults if fault.excerpt}
    lines = [_line(excerpt) for excerpt in list(excerpts.values())[:EXAMPLES]]
    many = "submission" if len(cases) == 1 else "submissions"
    return element(
        "li",
        element("strong", f"{len(cases)} {many}: "),
        element("code", code),
        f" in {', '.join(names)}",
        lines or element("p", faults[0].message),
    )


def _line(excerpt: Excerpt) -> Element:
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    marked = (text[:start], element("mark", text[start:end]), text[end:])
    return element("pre", element("code", *marked))


def _orders(rows: Sequence[Row]) -> Element:
    """Lay out the table once an order; the choice of one needs no script.

    One table whose rows a style sheet puts in order would look sorted, but be read aloud as it was.
    """
    choices: list[Content] = []
    shared = _shared([submission.path for submission, _ in rows])
    for number, (name, told, _) in enumerate(ORDERS):
        chosen = True if number == 0 else None
        choices += [
            element("input", type="radio", name="order", id=f"by-{name}", checked=chosen),
            element("label", told, for_=f"by-{name}"),
        ]
    tables = [
        element("div", _table(told, sorted(rows, key=key), shared), class_=f"order by-{name}")
        for name, told, key in ORDERS
    ]
    return element("div", choices, tables, class_="orders")


def _shared(paths: Sequence[str]) -> int:
    """Count the signs of the folder that all paths lie in: to say it once is enough."""
    first, last = min(paths), max(paths)
    signs = enumerate(zip(first, last, strict=False))
    alike = next((at for at, (a, b) in signs if a != b), len(first))
    return first.rfind("/", 0, alike) + 1


def _table(told: str, rows: Sequence[Row], shared: int) -> Element:
    head = ("submission", "verdict", "points", "first fault")
    return table(f"Submissions {told}", head, [_row(row, shared) for row in rows])


def _row(row: Row, shared: int) -> Element:
    submission, file = row
    sign, role, said = MARKS[submission.verdict]
    return element(
        "tr",
        element("th", link(_breakable(printable(submission.path[shared:])), file), scope="row"),
        element("td", f"{sign}\u00a0{said}", class_=role),
        element("td", f"{submission.score:.0%}" if submission.checks else ""),
        element("td", _first_fault(submission) or submission.reason),
    )


def _breakable(path: str) -> Iterator[Content]:
    """Let a path go on in the next line after its underscores, dots and the like alone."""
    first, *others = re.split(r"(?<=[/_.-])", path)
    yield first
    for part in others:
        yield from (element("wbr"), part)


def _first_fault(submission: Submission) -> str:
    if not submission.faults:
        return ""
    first = submission.faults[0]
    return f"{first.quantity}: {first.code}"
