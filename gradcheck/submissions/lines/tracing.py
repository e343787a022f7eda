"""From a mistake to its line: the variable that holds the mistaken numbers, and what sets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gradcheck.submissions.calling.steps import Step, Trial, lines_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.explain import Explanation
from gradcheck.submissions.diagnosis.mutations import LAST, LEFT_OUT, Mutation
from gradcheck.submissions.lines.alike import equal
from gradcheck.submissions.lines.chains import carriers, remainder
from gradcheck.submissions.lines.frames import Frame
from gradcheck.submissions.lines.holders import Held, Holders
from gradcheck.submissions.lines.places import (
    ALIAS,
    line_for,
    line_of,
    loop_line,
    means,
    named_like,
)
from gradcheck.submissions.reading.names import SIZES, plain
from gradcheck.submissions.reference.formulas import Formula
from gradcheck.submissions.results import Where
from impl import Array

Spot = tuple[Frame, int]


@dataclass(frozen=True)
class Trace:
    """Where a function of a submission, and those that it calls, set what."""

    subject: Subject
    step: Step
    trials: Sequence[Trial]

    @cached_property
    def _holders(self) -> Holders:
        return Holders(self.subject, self.step, self.trials)

    def place(self, quantity: str, explanation: Explanation | None = None) -> Where:
        """Give the place of a mistake at a quantity, as far as its explanation tells it."""
        function, line = self.step.role.function, None
        if explanation is None and not self.subject.diagnosed:
            return Where(function.name, function.line, function.cell)
        spot = self._spot(quantity, explanation) or self._stepped(quantity)
        if spot is not None:
            function, line = spot[0].function, spot[1]
        elif explanation is None or explanation.mutation is None:
            line = line_of(function, [quantity])
        else:
            line = line_of(function, ())
        return Where(function.name, line or function.line, function.cell)

    def _stepped(self, quantity: str) -> Spot | None:
        """Find the step of a parameter that holds its gradient, which no variable does."""
        steps = self.step.role.role == "optimise" and quantity[1:] in self.subject.model.parameters
        return self._named(quantity[1:], "") if steps else None

    def setting(self, name: str) -> Where | None:
        """Give the place at which a parameter is set by name."""
        spot = self._named(name, "")
        return spot and Where(spot[0].function.name, spot[1], spot[0].function.cell)

    def calls_again(self) -> bool:
        """Say whether the function calls one that gives the cost or the output."""
        words = self.step.role.function.words
        givers = (self.subject.roles.get(name) for name in ("cost", "forward", "propagate"))
        return any(giver is not None and giver.function.name in words for giver in givers)

    def _spot(self, quantity: str, explanation: Explanation | None) -> Spot | None:
        """Go by the mistaken numbers, then by names: of the quantity, else of what it spoils."""
        mutation = explanation.mutation if explanation else None
        if explanation is None or mutation is None:
            observed = [trial.observed.get(quantity) for trial in self.trials]
            return self._named(quantity, "") or self._by_value(quantity, observed, "")
        if mutation.what in LEFT_OUT.values():
            return self._looping(quantity)
        return (
            self._counted(mutation)
            or self._undivided(explanation, mutation)
            or self._first(self._holders.before(quantity), mutation.code)
            or self._inside(quantity, explanation, mutation)
            or self._after(quantity, explanation, mutation)
        )

    def _after(self, quantity: str, explanation: Explanation, mutation: Mutation) -> Spot | None:
        bare = mutation.lines[0].text.isidentifier() or mutation.what == LAST
        bare = bare and self.step.kind(quantity) != "update"  # b = parameters["b"] is right
        for name in self.step.targets[self.step.targets.index(quantity) :]:
            code = ALIAS if bare and name == quantity else mutation.code
            values = [known[name] for known in explanation.values]
            spot = self._added_up(name, values, mutation)
            held, late = self._holders.holding(name, values), name != quantity or code == ALIAS
            spot = spot or self._first(held, code, name, late=late) or self._named(name, code)
            if spot is not None:
                return spot
        return self._first(self._holders.of_theta(explanation), mutation.code)

    def _looping(self, quantity: str) -> Spot | None:
        """Find the loop that makes a quantity, or the line that does it without one."""
        observed = [trial.observed.get(quantity) for trial in self.trials]
        spot = self._by_value(quantity, observed, "") or self._named(quantity, "")
        if spot is None:
            return None
        line = loop_line(self.subject.source.pieces, spot[0].function)
        return spot[0], line or spot[1]

    def _added_up(self, quantity: str, values: Sequence[Array], mutation: Mutation) -> Spot | None:
        """Find the sum that keeps its last part alone, before it is divided by m."""
        if mutation.what != LAST:
            return None
        counts = [trial.problem.sizes["m"] for trial in self.trials]
        sums = [value * m for value, m in zip(values, counts, strict=True)]
        return self._by_value(quantity, sums, ALIAS)

    def _inside(self, quantity: str, explanation: Explanation, mutation: Mutation) -> Spot | None:
        """Find the smallest part of the formula that carries the mistake and has a name."""
        wrong = next((line for line in mutation.lines if line.target == quantity), None)
        lines = lines_of(self.subject, self.step)
        right = next((line for line in lines if line.target == quantity), None)
        if wrong is None or right is None or len(explanation.values) != len(self.trials):
            return None
        spot = self._of_cost(explanation, mutation) if self.step.kind(quantity) == "cost" else None
        if spot is not None or mutation.what == LAST:  # its last part is right, as what is added
            return spot
        for text in self._parts(wrong, right, explanation):
            values = self._values(text, explanation)
            held = [*self._holders.holding("", values)]
            if self.step.kind(quantity) == "cost":  # whose minus may stand anywhere
                held += self._holders.holding("", [-value for value in values])
            spot = self._first(iter(held), mutation.code)
            if spot is not None:
                return spot
        return None

    def _of_cost(self, explanation: Explanation, mutation: Mutation) -> Spot | None:
        """Find the losses that are wrong, or the sum of them that has a wrong sign."""
        spot = self._first(self._holders.losses(explanation), mutation.code)
        if spot is None and mutation.code == "cost-sign":
            spot = self._first(self._holders.sums(explanation), "")
        return spot

    def _parts(self, wrong: Formula, right: Formula, explanation: Explanation) -> list[str]:
        lost, texts = remainder(wrong, right), [*carriers(wrong, right)]
        if lost is not None and not [
            *self._holders.holding("", self._values(lost[1], explanation))
        ]:
            return [lost[0], *texts]
        return texts

    def _values(self, text: str, explanation: Explanation) -> list[Array]:
        """Evaluate a part of a formula on what the mistaken lines give."""
        part = Formula("", text)
        try:
            return [
                part.value(self.subject.names(trial.problem) | known)
                for trial, known in zip(self.trials, explanation.values, strict=True)
            ]
        except (ValueError, TypeError, NameError):
            return []

    def _named(self, name: str, code: str) -> Spot | None:
        for frame in self._holders.frames[::-1]:
            known = [*named_like(frame.setters, name, self._holders.sharing)]
            shared = [s.line for s in frame.setters if s.name in known and s.kind == "set"]
            if name in self._holders.sharing and len(shared) > 1:
                return frame, shared[min(self._holders.sharing.index(name), len(shared) - 1)]
            line = line_for(frame.setters, known, code)
            if line is not None:
                return frame, line
        return None

    def _by_value(self, quantity: str, values: Sequence[Any], code: str) -> Spot | None:
        return self._first(self._holders.holding(quantity, values), code, quantity)

    def _first(
        self, held: Held, code: str, quantity: str = "", *, late: bool = False
    ) -> Spot | None:
        """Give the line in the first function that sets one of some variables.

        What is only spoiled by a mistake, or is another array, is looked for in the last one: those
        that it calls are right on what they are given.
        """
        names: dict[int, list[str]] = {}
        for frame, name in held:
            names.setdefault(self._holders.frames.index(frame), []).append(name)
        order = sorted(names, reverse=late)
        if late:  # an array stands where a variable of the quantity's own name holds it
            order.sort(key=lambda at: not any(means(name, quantity) for name in names[at]))
        for index in order:
            frame, known = self._holders.frames[index], names[index]
            named = [name for name in known if means(name, quantity)] if code != ALIAS else []
            line = line_for(frame.setters, named, code)
            line = line or line_for(frame.setters, known, code)
            if line is not None:
                return frame, line
        return None

    def _counted(self, mutation: Mutation) -> Spot | None:
        """Find the variable that holds another count, where a function divides by it."""
        if not mutation.count:
            return None
        right = [float(trial.problem.sizes["m"]) for trial in self.trials]
        names = [self.subject.names(trial.problem) for trial in self.trials]
        wrong = [float(Formula("m", mutation.count).value(known)) for known in names]
        for frame in self._holders.frames:
            held = [(n, values) for n, values in frame.values.items() if n in frame.divisors]
            if any(equal(values, right) for _, values in held):
                continue
            found = [(frame, name) for name, values in held if equal(values, wrong)]
            spot = self._first(iter(found), "")
            if spot is not None:
                return spot
        return None

    def _undivided(self, explanation: Explanation, mutation: Mutation) -> Spot | None:
        """Where all lines go by a wrong count, find where it is set, or where all of them begin."""
        if len(mutation.lines) < 2:
            return None
        for frame in self._holders.frames[::-1]:
            sizes = {n for n in frame.divisors if SIZES.get(plain(n)) == "m"}
            line = line_for(frame.setters, sizes, "")
            if line is not None:
                return frame, line
        first = next(name for name in self.step.targets if self.step.kind(name) == "gradient")
        values = [known[first] for known in explanation.values]
        return self._by_value(first, values, mutation.code)
