"""Files to programs: what is kept, what is left out, and which line of words says so."""

from __future__ import annotations

import json

import pytest

from gradcheck.submissions.reading.files import Source, read_bytes, read_texts
from gradcheck.submissions.reading.notebooks import (
    Text,
    UnreadableError,
    cells_of,
    with_print_calls,
    without_magics,
)


def source_of(text: str, cell: int | None = None) -> Source:
    """Read a text as a file, or as a cell."""
    return read_texts("student.py", (Text(text, cell),))


def notebook(*cells: str) -> str:
    """Give a notebook of format 4."""
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": ["words"]}, *code]})


KEPT = (
    "import numpy as np",
    "from math import exp",
    "def f(x):\n    return x",
    "class A:\n    pass",
    "n_h = 4",
    "sizes = (3, n, 4)",
    "sigmoid = lambda z: 1 / (1 + z)",
    "try:\n    import cv2\nexcept ImportError:\n    cv2 = None",
    "w = np.array([[1.0, 2.0]])",
    "rate = -0.5",
)
LEFT_OUT = (
    "print('hello')",
    "x = load()",
    "while True:\n    pass",
    "for i in range(3):\n    pass",
    "a.b = 3",
    "y = data[0]",
    "if __name__ == '__main__':\n    main()",
    "x = input('?')",
    "try:\n    x = load()\nexcept OSError:\n    x = 1",
    "x = f'{y}'",
    "fit(x)",
    "z += 1",
    "values = [g(i) for i in unknown]",
)


@pytest.mark.parametrize("statement", KEPT)
def test_what_only_defines_is_kept(statement: str) -> None:
    """Functions, classes, imports and constants run; they can do no harm."""
    source = source_of(f"import numpy as np\nn = 1\n{statement}")
    assert statement in "\n".join(piece.source for piece in source.pieces)


@pytest.mark.parametrize("statement", LEFT_OUT)
def test_what_does_something_is_left_out(statement: str) -> None:
    """A submission's training and plots don't run on loading."""
    assert source_of(statement).pieces == ()


def test_the_last_definition_of_a_function_wins() -> None:
    """A stub above and the answer below: the answer counts."""
    source = source_of("def f(x):\n    pass\n\ndef f(x, y):\n    return x")
    (function,) = source.functions
    assert (function.parameters, function.line) == (("x", "y"), 4)


def test_pieces_keep_the_lines_of_their_file() -> None:
    """A message can name the line that the student sees."""
    source = source_of("\n\n@decorated\ndef f(x):\n    return x\n")
    assert (source.pieces[0].first_line, source.functions[0].line) == (3, 4)


def test_pieces_on_one_line_are_told_apart() -> None:
    """Semicolons are legal, if rare."""
    assert [piece.source for piece in source_of("a = {}; b = {}").pieces] == ["a = {}", "b = {}"]


MAIN = "if __name__ == '__main__':\n    def f(x):\n        return x\n"


def test_statements_on_one_line_of_main_are_told_apart() -> None:
    """Each stands there once, in a block that defines something as anywhere else."""
    source = source_of(f"{MAIN}    a = {{}}; b = {{}}\n    print(a); print(b)\n")
    assert [piece.source for piece in source.pieces[1:]] == ["a = {}", "b = {}"]
    assert [known.piece.source for known in source.loose] == ["print(a)", "print(b)"]


@pytest.mark.parametrize(
    ("other", "line"), [("else:\n    ", 5), ("elif x:\n    ", 4), ("else:\n    @f\n    ", 5)]
)
def test_an_else_of_main_is_left_out_and_said_so(other: str, line: int) -> None:
    """It does not run with the file, and nothing is left out in silence."""
    source = source_of(f"{MAIN}{other}def g(x):\n        return x\n")
    assert [function.name for function in source.functions] == ["f"]
    assert source.notes == (f"line {line}: left out: it stands in an else of __main__",)


def test_a_syntax_error_costs_only_its_own_statement() -> None:
    """The rest of the file is still judged, and the note names the line."""
    source = source_of(
        "def f(x):\n    return x\n\ndef g(x):\n    return = 3\n\ndef h(x):\n    return x\n"
    )
    assert [function.name for function in source.functions] == ["f", "h"]
    assert source.notes == ("line 5: g cannot be read: invalid syntax",)


def test_a_blank_answer_is_left_out_and_said_so() -> None:
    """`n_x = # size` is what an untouched exercise looks like."""
    source = source_of("n_x = # size\nn_h = 4\n", cell=7)
    assert source.notes == ("cell 7, line 1: the statement was left out: invalid syntax",)
    assert "n_h" in source.defined


def test_decorators_stay_with_their_function() -> None:
    """Splitting a broken file does not tear them off."""
    source = source_of("@wrap\ndef f(x):\n    return x\n\nx = = 3\n")
    assert source.pieces[0].source.startswith("@wrap\ndef f")


def test_a_null_byte_in_a_cell_is_left_out() -> None:
    """Python refuses such a source with another error than a syntax error's."""
    (note,) = source_of("x = '\0'").notes
    assert note.startswith("line 1: the statement was left out")


@pytest.mark.parametrize(
    ("line", "blanked"),
    [
        ("%matplotlib inline", "pass"),
        ("    !pip install x", "    pass"),
        ("cd /content/drive", "pass"),
        ("np.dot?", "pass"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("%%bash\nrm -rf /", ""),
        ("x = 5 % 3", "x = 5 % 3"),
    ],
)
def test_magics_are_blanked_out(line: str, blanked: str) -> None:
    """Every other line keeps its number."""
    assert without_magics(line) == blanked


def test_a_wrapped_expression_may_start_a_line_with_a_percent_sign() -> None:
    """What parses as it stands is left as it stands."""
    source = source_of("text = ('%d'\n% 3)\nimport math")
    assert len(source.pieces) == 2


def test_python_2_prints_are_read() -> None:
    """Old submissions print without brackets."""
    assert with_print_calls("    print 'J', J") == "    print('J', J)"
    (function,) = source_of("def f(x):\n    print 'x', x\n    return x").functions
    assert function.name == "f"


def test_notebooks_give_their_code_cells_in_order() -> None:
    """Code cells are counted from 1; text between them does not count."""
    assert cells_of(notebook("a = 1", "b = 2")) == (Text("a = 1", 1), Text("b = 2", 2))


def test_notebooks_of_format_3_are_read() -> None:
    """They keep their cells in worksheets, and the source under another name."""
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "a = 1"}]}]}
    assert cells_of(json.dumps(old)) == (Text("a = 1", 1),)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('{"cells": [', "line 1: invalid JSON"),
        ("[" * 100_000, "invalid JSON"),
        ("[]", "got a JSON list, expected a notebook"),
        ('{"cells": 3}', "no list of cells"),
        ('{"cells": []}', "holds no code"),
        ('{"cells": [{"cell_type": "code", "source": [3]}]}', "holds no code"),
    ],
)
def test_what_is_no_notebook_is_said_in_one_line(document: str, reason: str) -> None:
    """Each kind of broken notebook has its reason."""
    with pytest.raises(UnreadableError, match=reason.replace("[", r"\[")) as error:
        cells_of(document)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.py", b"", "the file is empty"),
        ("a.ipynb", b" \n", "the file is empty"),
        ("a.py", b"\x7fELF\0\0", "a binary file"),
        ("a.txt", b"x = 1", "got a .txt file, expected .py or .ipynb"),
        ("a", b"x = 1", "got a suffixless file"),
        ("a.ipynb", b"x = 1", "line 1: invalid JSON"),
        ("-", b'{"cells": []}', "holds no code"),
        ("a.py", b"x" * 50_000_001, "larger than 50 MB; clear its outputs"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(name: str, content: bytes, reason: str) -> None:
    """What was there, what belongs there."""
    with pytest.raises(UnreadableError, match=reason) as error:
        read_bytes(name, content)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfx = 1\r\n",
        b"# caf\xe9\nx = 1",
        b"x = 1\r",
        "x = 1".encode("utf-16"),
        b"# -*- coding: latin-1 -*-\nx = 1  # caf\xe9",
    ],
)
def test_marks_line_ends_and_old_encodings_do_not_matter(content: bytes) -> None:
    """A byte order mark, Windows' and old Macs' line ends, Latin-1, UTF-16."""
    assert read_bytes("a.py", content).defined == {"x"}


@pytest.mark.parametrize("name", ["a.ipynb", "a.IPYNB", "a.py", "-"])
def test_a_notebook_is_read_with_its_cells(name: str) -> None:
    """Functions know the cell they stand in, whatever the file is called."""
    content = notebook("import math", "def f(x):\n    return x").encode()
    (function,) = read_bytes(name, content).functions
    assert (function.cell, function.line) == (2, 1)


def test_a_program_on_standard_input_is_known_by_its_content() -> None:
    """It has no name to tell."""
    assert read_bytes("-", b"x = {}").defined == {"x"}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("!rm -rf /\nx = 1", "cell 3, line 1: !rm was left out: it is no Python"),
        ("x = 1\n! ls", "cell 3, line 2: ! ls was left out: it is no Python"),
        ("\n%%bash\nrm -rf /", "cell 3, line 2: %%bash was left out: it is no Python"),
        ("%%writefile a.py\nx = 1", "cell 3, line 1: %%writefile was left out: it is no Python"),
    ],
)
def test_what_is_meant_for_a_shell_is_left_out_and_said_so(text: str, note: str) -> None:
    """With its cell and line; nothing of it is run."""
    assert source_of(text, cell=3).notes == (note,)


def test_a_plot_set_up_is_left_out_in_silence() -> None:
    """Two notebooks of three have it."""
    assert source_of("%matplotlib inline\nx = 1", cell=1).notes == ()
