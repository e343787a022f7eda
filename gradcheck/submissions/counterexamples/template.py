"""The parts of a written test: reading the submission, training it step by step, its loop."""

from __future__ import annotations

FILE = '''"""The smallest example of a fault. It runs the submission as it is, unwalled."""

import ast
{imports}
from pathlib import Path
from types import SimpleNamespace

import numpy as np

SUBMISSION = Path(__file__).parent / {path}
SETTINGS = {settings}
DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)
{constants}

def texts_of(path):
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix != ".ipynb":
        return [text]
    return ["".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "code"]


def parsed(text):
    lines = ["" if line[:1] in ("%", "!") else line for line in text.splitlines()]
    return ast.parse("\\n".join(lines))


def defines(statement):
    if not isinstance(statement, ast.Assign) or isinstance(statement.value, ast.Lambda):
        return isinstance(statement, DEFINING)
    return not any(isinstance(node, ast.Call) for node in ast.walk(statement))


def definitions(path, steps=None):
    """Run the imports, definitions and constants of a file or notebook, and nothing else."""
    scope = {{"sigmoid": lambda z: 1 / (1 + np.exp(-z)), **SETTINGS}}
{scope}    for text in texts_of(path):
        try:
            statements = parsed(text).body
        except SyntaxError:
            continue
        for statement in filter(defines, statements):
            try:
                exec(compile(ast.Module([statement], []), str(path), "exec"), scope)
            except (ImportError, NameError):
                pass
{last}    return SimpleNamespace(**scope)

{functions}
def test_{test}():
    {says}
{body}
    expected = np.array({expected})
    assert expected.size == 1 or computed.shape == expected.shape
    np.testing.assert_allclose(computed.ravel(), expected.ravel(), rtol=1e-6, atol=1e-8)
'''

CUT = """\
    if steps is not None:  # no argument sets their number
        scope["range"] = lambda *b: range(*b)[:steps] if len(range(*b)) >= {long} else range(*b)
"""

LOOP = '''
def one_step(path):
    """Make a function of one step of the training loop, as it stands there now."""
    text = texts_of(path)[CELL - 1]
    loops = [node for node in ast.walk(parsed(text)) if isinstance(node, (ast.For, ast.While))]
    step = ast.parse(HEAD + "\\n    for _ in [0]:\\n        pass\\n    return locals()")
    step.body[0].body[0].body = min(loops, key=lambda loop: abs(loop.lineno - LINE)).body
    return compile(step, str(path), "exec")

'''
LAST = """\
    scope["{prefix}copy"] = copy.deepcopy
    for part in (one_step(path), AROUND):
        exec(part, scope)
"""

AFTER = '''
def after(steps):
    """Train for so many steps and give what they make of {parameter}."""
{inputs}
    student = definitions(SUBMISSION{cut})
    sow()
    trained = student.{first}
{second}    return np.array(trained{place}, dtype=float)


def sow():
    np.random.seed(0)
    random.seed(0)

'''
