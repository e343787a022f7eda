"""The predictions of a class, made from what its own training arrives at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import compare
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.routes import LostError
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.counterexamples.calls import Call, Writer
from gradcheck.submissions.counterexamples.experiments import (
    Observation,
    before_step,
    labels,
    laid_out,
)
from gradcheck.submissions.counterexamples.plain import plain
from gradcheck.submissions.counterexamples.small import moved_to
from gradcheck.submissions.counterexamples.trainers import Trainer, trainer_of
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reference.flow import EXAMPLES
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Training

PREDICT = "predict"
_MOST = 2  # steps: from zeros, the first may lead where all outputs are alike


def predictions_of(subject: Subject, role: Role) -> Iterator[Predicted]:
    """Look at the predictions after as few steps as show the fault."""
    trainer = trainer_of(subject, role)
    made = trainer.made if trainer else None
    if trainer is None or made is None or made.predicts is None:
        return
    for steps in range(1, _MOST + 1):
        tried = Predicted(trainer, made, made.predicts.name, steps)
        seen = (tried.observe(problem) for problem in trainer.subject.problems)
        if any(found is not None and found.match == tried.match for found in seen):
            yield tried
            return


@dataclass(frozen=True)
class Predicted:
    """Labels that a trained instance gets wrong.

    Parameters
    ----------
    trainer : Trainer
    made : Class
    method : str
        What predicts.
    steps : int
        How many steps it is trained for.
    """

    trainer: Trainer
    made: Class
    method: str
    steps: int
    quantity: str = PREDICT
    match: str = "different"

    @property
    def subject(self) -> Subject:
        """In the layout in which its training can be followed."""
        return self.trainer.subject

    @property
    def name(self) -> str:
        """The name of what predicts."""
        return f"{self.made.name}.{self.method}"

    def observe(self, problem: Problem) -> Observation | None:
        """Train, and predict the labels of the same examples; None where that fails."""
        try:
            held = self.trainer.held(self.made, problem, self.steps)
            at = self.trainer.parameters(problem, self.trainer.attributes(held))
        except (LostError, UnboundError):
            return None
        examples = self._examples(problem)
        outcome = self.subject.box.call(self.name, [held, examples])
        if outcome.failure is not None:
            return None
        moved = moved_to(self.subject.model, problem, at)
        right = labels(self.subject, moved, outcome.value)
        match = compare(outcome.value, right, problem.bars[self.subject.output])
        return Observation(moved, outcome.value, right, match, self._told(moved))

    def _examples(self, problem: Problem) -> Any:
        return self.subject.layout.theirs(EXAMPLES, problem.values[EXAMPLES])

    def _told(self, problem: Problem) -> Training:
        made, _ = self.trainer.call(Writer({}), problem)
        examples = plain(self._examples(problem))
        given = next((name for name, value in self._fed(problem).items() if value == examples), "X")
        return Training(
            parameter=PREDICT,
            start=before_step(self.subject, problem),
            after=None,
            rate=self.trainer.rate,
            steps=self.steps - 1,
            place=f".{self.method}({given})",
            made=made,
            given=False,
            counts=self.trainer.counts,
        )

    def _fed(self, problem: Problem) -> dict[str, Any]:
        writer = Writer(laid_out(self.subject, problem))
        self.trainer.call(writer, problem)
        return writer.inputs

    def call(self, problem: Problem) -> Call:
        """Write down how it is trained for ``steps`` steps."""
        return self.trainer.written(problem)
