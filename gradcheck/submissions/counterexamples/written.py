"""A counterexample as a pytest file that needs NumPy and pytest alone."""

from __future__ import annotations

import os
import pprint
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gradcheck.sandbox import clean
from gradcheck.submissions.results import Counterexample, Submission

_FILE = '''"""The smallest example of a fault. It runs the submission as it is, unwalled."""

import ast
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np

SUBMISSION = Path(__file__).parent / {path}
SETTINGS = {settings}
DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)


def texts_of(path):
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix != ".ipynb":
        return [text]
    return ["".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "code"]


def defines(statement):
    if not isinstance(statement, ast.Assign) or isinstance(statement.value, ast.Lambda):
        return isinstance(statement, DEFINING)
    return not any(isinstance(node, ast.Call) for node in ast.walk(statement))


def definitions(path):
    """Run the imports, definitions and constants of a file or notebook, and nothing else."""
    scope = {{"sigmoid": lambda z: 1 / (1 + np.exp(-z)), **SETTINGS}}
    for text in texts_of(path):
        lines = ["" if line[:1] in ("%", "!") else line for line in text.splitlines()]
        try:
            statements = ast.parse("\\n".join(lines)).body
        except SyntaxError:
            continue
        for statement in filter(defines, statements):
            try:
                exec(compile(ast.Module([statement], []), str(path), "exec"), scope)
            except (ImportError, NameError):
                pass
    return SimpleNamespace(**scope)


def test_{test}():
    {says}
    student = definitions(SUBMISSION)
{inputs}
    computed = np.asarray(student.{call}, dtype=float)
    expected = np.array({expected})
    assert expected.size == 1 or computed.shape == expected.shape
    np.testing.assert_allclose(computed.ravel(), expected.ravel(), rtol=1e-6, atol=1e-8)
'''


def counterexample_test(submission: Submission, path: str | Path | None = None) -> str:
    """Write the counterexample of a submission as a test that fails until the fault is mended.

    Parameters
    ----------
    submission : Submission
        Judged with full hints: a test holds what belongs there.
    path : str, Path or None
        Where the test finds the submission, seen from the test's own folder; by default where
        it was judged.

    Raises
    ------
    ValueError
        If the submission has no counterexample, or one without what belongs there.
    """
    found = submission.counterexample
    if found is None:
        raise ValueError(f"{submission.path}: has no counterexample to write")
    if found.expected is None:
        raise ValueError(f"{submission.path}: a test holds what belongs there; use full hints")
    settings = {name: _value(value) for name, value in found.settings.items()}
    return _FILE.format(
        path=repr(str(path or Path(submission.path).resolve())),
        settings="{" + ", ".join(f"{name!r}: {text}" for name, text in settings.items()) + "}",
        test=name_for(f"{found.function} {found.quantity}"),
        says=repr(_says(found)),
        inputs=_inputs(found.inputs),
        call=found.call,
        expected=_value(found.expected, wrap=False),
    )


def write_tests(submissions: Iterable[Submission], folder: Path) -> Iterator[str]:
    """Write a test a wrong submission into a folder, and say what was written or why it was not.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for submission in submissions:
        if submission.verdict != "wrong":
            continue
        shown = clean(submission.path)
        if submission.counterexample is None:
            yield f"{shown}: no small example shows its fault, so no test is written"
        elif not Path(submission.path).is_file():
            yield f"{shown}: is not a file of its own, so no test is written"
        else:
            name = _free(f"test_{name_for(Path(submission.path).stem)}", taken)
            text = counterexample_test(submission, os.path.relpath(submission.path, folder))
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
            yield f"{shown}: {folder / name}.py fails until its fault is mended"


def _free(name: str, taken: set[str]) -> str:
    """Give a name a number where it is taken."""
    count, free = 1, name
    while free.lower() in taken:
        count += 1
        free = f"{name}_{count}"
    taken.add(free.lower())
    return free


def name_for(text: str) -> str:
    """Make a name of a test or a file from any text.

    >>> name_for("../a b.py")
    'a_b_py'
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_") or "submission"


def _says(found: Counterexample) -> str:
    return found.nudge.message if found.nudge else f"{found.function} gives {found.quantity}."


def _inputs(inputs: Mapping[str, Any]) -> str:
    return "\n".join(f"    {name} = {_value(value)}" for name, value in inputs.items())


def _value(value: Any, *, wrap: bool = True) -> str:
    """Write a number, or nested lists as an array; strings among numbers are nan or inf."""
    text = re.sub(r"'(-?)(nan|inf)'", r"\1np.\2", pprint.pformat(value, width=10**6))
    return f"np.array({text})" if wrap and isinstance(value, list) else text
