"""Modules beside a submission are read with it, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from gradcheck.submissions import Options, entries, validate_all
from gradcheck.submissions.reading.helpers import (
    MOST_HELPER_BYTES,
    MOST_HELPERS,
    definitions_of,
    helpers_of,
    left_out,
)

MAIN = """import numpy as np
from tools import sigmoid, cross_entropy

def propagate(w, b, X, Y):
    A = sigmoid(w.T @ X + b)
    m = X.shape[1]
    return {"dw": X @ (A - Y).T / m, "db": np.sum(A - Y) / m}, cross_entropy(A, Y)
"""
TOOLS = """import numpy as np
raise SystemExit("a module's statements are not run")

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cross_entropy(A, Y):
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
"""
SHADOW = "raise SystemExit\n"


def in_folder(folder: Path, **files: str) -> Path:
    """Write modules into a folder."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def in_archive(folder: Path, **files: str) -> Path:
    """Write modules into a folder of an archive."""
    with ZipFile(folder / "class.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"anna/{name}.py", text)
    return folder / "class.zip"


@pytest.mark.parametrize("write", [in_folder, in_archive])
def test_a_module_beside_a_submission_is_a_part_of_it(write: object, tmp_path: Path) -> None:
    """In a folder and in an archive; alone it is a helper, and not wrong for want of a gradient."""
    assert callable(write)
    report = validate_all(
        entries(write(tmp_path, main=MAIN, tools=TOOLS)), Options(allow_weak=True)
    )
    main, tools = report.submissions
    assert (main.verdict, main.faults) == ("correct", ())
    assert "read with it, as a module: tools.py" in main.notes
    assert tools.verdict == "not-gradable"
    assert tools.reason == "it has no gradient of its own: it was read as a module of main.py"


def test_a_mistake_in_a_module_beside_it_is_wrong(tmp_path: Path) -> None:
    """The module is run as it is."""
    wrong = TOOLS.replace("-np.mean", "np.mean")
    found = entries(in_folder(tmp_path, main=MAIN, tools=wrong))
    main, _ = validate_all(found, Options(allow_weak=True)).submissions
    assert main.verdict == "wrong"


@pytest.mark.parametrize("name", ["numpy", "impl", "gradcheck", "json", "sitecustomize", "os"])
def test_a_file_never_stands_for_a_real_module(name: str, tmp_path: Path) -> None:
    """Whatever it is called, the judge and the library are those that are installed."""
    text = f"import {name}\n{MAIN}"
    asked: list[str] = []

    def beside(module: str) -> bytes | None:
        asked.append(module)
        return SHADOW.encode() if module == name else None

    assert name not in helpers_of(text.encode(), beside)
    assert name in asked


def test_a_copy_of_another_students_name_takes_nothing_from_his_result(tmp_path: Path) -> None:
    """A file with a gradient of its own is judged, whoever imports it."""
    own = MAIN.replace("from tools", "from bert")
    alone = MAIN.replace("from tools import sigmoid, cross_entropy\n", TOOLS.split("\n\n", 1)[1])
    found = entries(in_folder(tmp_path, anna=own, bert=alone))
    _, bert = validate_all(found, Options(allow_weak=True)).submissions
    assert bert.verdict == "correct"


def test_modules_are_few_and_small() -> None:
    """A chain of imports ends, and nothing large is taken in."""
    chain = helpers_of(b"import a0", lambda name: f"import a{int(name[1:]) + 1}".encode())
    assert len(chain) == MOST_HELPERS
    large = b"#" * (MOST_HELPER_BYTES + 1)
    assert not dict(definitions_of(helpers_of(b"import large_one", lambda name: large)))


@pytest.mark.parametrize("write", [in_folder, in_archive])
@pytest.mark.parametrize(
    ("text", "reason"),
    [("#" * (MOST_HELPER_BYTES + 1), "larger than 300 kB"), ("\0\1", "a binary file")],
    ids=["large", "binary"],
)
def test_a_module_that_is_not_read_is_named_with_the_reason(
    write: object, text: str, reason: str, tmp_path: Path
) -> None:
    """A stand-in takes its place, and nobody has to guess why."""
    assert callable(write)
    found = entries(write(tmp_path, main=MAIN, tools=text))
    main, _ = validate_all(found, Options(allow_weak=True)).submissions
    (note,) = (note for note in main.notes if note.startswith("tools.py"))
    assert note.startswith(f"tools.py lies beside it and is not read: {reason}")


def test_a_module_beyond_the_most_is_named_too() -> None:
    """Ten are read."""
    names = [f"own_{n}" for n in range(MOST_HELPERS + 1)]
    text = f"import {', '.join(names)}".encode()
    read = helpers_of(text, lambda name: b"x = 1")
    (note,) = left_out(text, read, lambda name: b"x = 1")
    assert note.endswith(f"is not read: more than {MOST_HELPERS} modules are imported")


@pytest.mark.parametrize("write", [in_folder, in_archive])
@pytest.mark.parametrize("imported", ["main", "tools"])
def test_imports_in_a_circle_end(write: object, imported: str, tmp_path: Path) -> None:
    """Nothing is read as a module of itself."""
    assert callable(write)
    text = f"import {imported}\n" + MAIN
    files = {"main": text, "tools": "import main\n" + TOOLS}
    main, _ = validate_all(entries(write(tmp_path, **files)), Options(allow_weak=True)).submissions
    assert main.verdict == "correct"
    assert "read with it, as a module: main.py" not in main.notes


@pytest.mark.parametrize(
    "text",
    [
        "def sum(x): return 0\ndef len(x): return 3\n",
        "import builtins\nbuiltins.sum = lambda x: 0\n",
        "import numpy as np\nnp.exp = lambda x: x\n",
        "import numpy as np\n__all__ = ['np', 'X']\ndef __getattr__(name): return 0\n",
    ],
    ids=["own builtins", "patched builtins", "patched NumPy", "any name"],
)
def test_a_module_changes_nothing_but_what_it_defines(text: str, tmp_path: Path) -> None:
    """Its statements are not run, and the judge has its own NumPy."""
    main = "from more import *\n" + MAIN
    found = entries(in_folder(tmp_path, main=main, tools=TOOLS, more=text))
    results = validate_all(found, Options(allow_weak=True)).submissions
    assert [result.verdict for result in results] == ["correct", "not-gradable", "not-gradable"]


def test_a_module_that_puts_another_numpy_in_place_spoils_its_own_submission_alone(
    tmp_path: Path,
) -> None:
    """What it defines as np is what its submission computes with; the next one has the real one."""
    own = "class np:\n    exp = dot = sum = staticmethod(lambda *a, **k: 0.0)\n"
    spoilt = MAIN.replace("import numpy as np\n", "import numpy as np\nfrom more import *\n")
    found = entries(in_folder(tmp_path, a=spoilt, b=MAIN, more=own, tools=TOOLS))
    first, second, *_ = validate_all(found, Options(allow_weak=True)).submissions
    assert (first.verdict, second.verdict) == ("wrong", "correct")


def test_a_link_beside_a_submission_is_not_followed(tmp_path: Path) -> None:
    """Neither out of the folder nor within it."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "tools.py").write_text(TOOLS)
    in_folder(tmp_path, main=MAIN)
    (tmp_path / "tools.py").symlink_to(tmp_path / "elsewhere" / "tools.py")
    (main,) = (e for e in entries(tmp_path) if e.name.endswith("main.py"))
    assert helpers_of(main.load(), main.beside) == {}
