"""One submission from its file to its result."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from gradcheck.sandbox import Limits, Loaded, Sandbox, WarmParent
from gradcheck.submissions.assignments.asked import as_asked
from gradcheck.submissions.assignments.assignment import Assignment
from gradcheck.submissions.calling.patience import Patient
from gradcheck.submissions.calling.roles import Role as Found
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.checklist import checklist, score
from gradcheck.submissions.choosing.again import chosen
from gradcheck.submissions.choosing.beside import with_loop_beside
from gradcheck.submissions.choosing.candidates import candidates_for
from gradcheck.submissions.choosing.doubts import beyond_doubt
from gradcheck.submissions.choosing.kept_costs import with_kept_cost
from gradcheck.submissions.choosing.own_data import on_own_data
from gradcheck.submissions.choosing.readings import Reading
from gradcheck.submissions.choosing.whole import shows_gradient
from gradcheck.submissions.excerpts import excerpt
from gradcheck.submissions.judging.excuses import without_matrices
from gradcheck.submissions.judging.judgement import HINTS, Judgement, hinted, shown
from gradcheck.submissions.judging.wording import worded
from gradcheck.submissions.positions import with_file_lines
from gradcheck.submissions.reading.entries import Entry, file_entry
from gradcheck.submissions.reading.files import Source, read_bytes
from gradcheck.submissions.reading.helpers import Beside, definitions_of, helpers_of, left_out
from gradcheck.submissions.reading.notebooks import UnreadableError
from gradcheck.submissions.reading.notes import said_once
from gradcheck.submissions.reading.programs import program_of
from gradcheck.submissions.reading.steps import LOOP
from gradcheck.submissions.reference.flow import COST
from gradcheck.submissions.results import Role, Submission
from impl import models


@dataclass(frozen=True)
class Options:
    """How submissions are judged.

    Parameters
    ----------
    model : str
        A model's name, or ``auto``.
    seed : int
        Draws the problems.
    hints : {"none", "brief", "full"}
    limits : Limits
    allow_weak : bool
        Run even where a promise of isolation cannot be kept.
    assignment : Assignment
        What is asked for and what it is worth. Its model, hints and limits are taken by whoever
        makes the options, so that a command line may override them.

    Raises
    ------
    ValueError
        If there is no such model, or no such level of hints.
    """

    model: str = "auto"
    seed: int = 0
    hints: str = "full"
    limits: Limits = field(default_factory=Limits)
    allow_weak: bool = False
    assignment: Assignment = field(default_factory=Assignment)

    def __post_init__(self) -> None:
        known = ("auto", *models())
        if self.model not in known:
            raise ValueError(f"model: got {self.model!r}, expected one of {', '.join(known)}")
        if self.hints not in HINTS:  # else only a wrong submission would meet it
            raise ValueError(f"hints: got {self.hints!r}, expected one of {', '.join(HINTS)}")


def validate_file(path: Path, options: Options, warm: WarmParent | None = None) -> Submission:
    """Judge one file; whatever is wrong with it becomes part of the result."""
    return validate_entry(file_entry(path), options, warm)


def validate_bytes(
    name: str,
    data: bytes,
    options: Options,
    warm: WarmParent | None = None,
    beside: Beside = lambda name: None,
) -> Submission:
    """Judge a submission from its bytes; nothing is read from this machine's disk."""
    return validate_entry(Entry(name, lambda: data, beside), options, warm)


def as_helper(submission: Submission, user: str) -> Submission:
    """Say of a file without a gradient that it is a part of the one that imports it."""
    codes = {fault.code for fault in submission.faults}
    if not user or submission.verdict == "correct" or codes - {"missing-function"}:
        return submission
    if any(q.name.startswith("d") and q.verdict == "correct" for q in submission.quantities):
        return submission
    reason = f"it has no gradient of its own: it was read as a module of {PurePath(user).name}"
    return Submission(submission.path, None, "not-gradable", reason=reason, notes=submission.notes)


def validate_entry(entry: Entry, options: Options, warm: WarmParent | None = None) -> Submission:
    """Judge what was found in a folder or an archive; its trouble becomes part of the result."""
    start = time.perf_counter()
    try:
        data = entry.load()
        helpers = dict(definitions_of(helpers_of(data, entry.beside)))
        source = read_bytes(entry.name, data)
        notes = (*source.notes, *left_out(data, helpers, entry.beside))
        source = replace(source, helpers=helpers, notes=notes)
        result = as_helper(validate_source(source, options, warm), entry.user)
        result = with_file_lines(result, data)
    except UnreadableError as error:
        result = Submission(entry.name, None, "not-gradable", reason=str(error))
    if not result.checks and options.model != "auto":  # known points, of which none is earned
        result = replace(
            result,
            checks=checklist(
                tuple(models()[options.model].quantities), (), (), dict(options.assignment.points)
            ),
        )
    return replace(result, seconds=round(time.perf_counter() - start, 3))


def validate_source(source: Source, options: Options, warm: WarmParent | None = None) -> Submission:
    """Judge a submission that was read: its functions and classes, else the loop of a script."""
    whole = source.with_loop()
    if not (source.functions or source.classes):
        reason = (
            source.script.note
            if source.script
            else "no function is defined, and no loop trains a model"
        )
        return validate_source(whole, options, warm) if whole else _not_gradable(source, reason)
    asked = options.assignment
    source = source.with_roles(dict(asked.functions))
    candidates = candidates_for(source, options.model, options.seed, asked.activation)
    program, supplied = program_of(whole or source, asked.imports)
    with Sandbox(program, options.limits, allow_weak=options.allow_weak, warm=warm) as box:
        loaded = box.load()
        notes = (*said_once(source.notes), *supplied, *said_once(_loading_notes(loaded)))
        if box.spent:
            taken = f"loading its definitions took all of its {options.limits.total_seconds:g} s"
            return replace(_not_gradable(source, taken), notes=notes)
        patient = Patient(box, (whole or source).functions)
        read = chosen(patient, source, candidates)
        alone = whole is None or (read is not None and _shows(source, read, asked))
        if whole is not None and read is not None and alone:
            read = with_loop_beside(read, whole)
        found = _judged(source, read, options) if read is not None and alone else None
    if whole is not None and not alone:
        return validate_source(whole, options, warm)
    if found is None:
        return replace(_not_gradable(source, "no function of a known role"), notes=notes)
    subject, judged = found
    return _result(source, subject, Judgement(notes=notes) + judged, options)


def _shows(source: Source, read: Reading, asked: Assignment) -> bool:
    judged = without_matrices(source, as_asked(asked, read.subject, read.judged))
    return shows_gradient(read.subject, judged)


def _judged(source: Source, read: Reading, options: Options) -> tuple[Subject, Judgement]:
    """Diagnose what was read, by what is asked for, and show the first fault."""
    asked, read = options.model != "auto", with_kept_cost(read)
    judged = beyond_doubt(read.subject, read.diagnosed(), asked=asked)
    judged = on_own_data(read.subject, judged)
    judged = as_asked(options.assignment, read.subject, judged)
    judged = without_matrices(source, judged)
    if options.hints == "none":
        return read.subject, judged
    return _with_counterexample(read.subject, judged)


def _with_counterexample(subject: Subject, judged: Judgement) -> tuple[Subject, Judgement]:
    """Add the smallest example of the first fault; a right submission never loads Hypothesis."""
    if not judged.faults:
        return subject, judged
    from gradcheck.submissions.counterexamples import counterexample

    cost = next((q.verdict for q in judged.quantities if q.name == COST), None)
    return subject, replace(judged, counterexample=counterexample(subject, judged.faults, cost))


def _loading_notes(loaded: Loaded) -> tuple[str, ...]:
    notes = []
    for failure in loaded.failures:
        cell = f"cell {failure.cell}, " if failure.cell else ""
        notes.append(f"{cell}line {failure.line}: left out: {failure.message}")
    if loaded.missing_modules:
        absent = ", ".join(loaded.missing_modules)
        notes.append(f"not installed here, so replaced by stand-ins that do nothing: {absent}")
    return tuple(notes)


def _not_gradable(source: Source, reason: str) -> Submission:
    notes = said_once(source.notes)
    return Submission(source.path, None, "not-gradable", reason=reason, notes=notes)


def _known_by(role: Found) -> str:
    """Say by what a role was found; the loop of a script has no name of its own."""
    return "loop" if role.function.name.startswith(LOOP) else role.found_by


def _result(source: Source, subject: Subject, judged: Judgement, options: Options) -> Submission:
    model, hints, written = subject.model, options.hints, source.as_written()
    faults = tuple(
        hinted(replace(worded(fault, subject.activation), excerpt=excerpt(written, fault)), hints)
        for fault in judged.faults
    )
    verdicts = [quantity.verdict for quantity in judged.quantities]
    names, points = tuple(models()[model.name].quantities), dict(options.assignment.points)
    checks = checklist(names, judged.quantities, faults, points)
    verdict = "correct"
    if faults:
        verdict = "wrong"
    elif "undecided" in verdicts or "correct" not in verdicts:
        verdict = "undecided"
    fields: dict[str, Any] = {
        "score": score(checks),
        "checks": checks,
        "quantities": judged.quantities,
        "faults": faults,
        "remarks": judged.remarks,
        "notes": judged.notes,
        "counterexample": shown(judged.counterexample, hints),
        "roles": tuple(
            Role(role.role, role.function.name, _known_by(role)) for role in subject.roles.values()
        ),
    }
    return Submission(source.path, model.name, verdict, **fields)
