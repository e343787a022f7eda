"""The arrows of the house run one way: who may import whom, and which libraries."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("derivations", "impl", "gradcheck", "reports")

# room: the rooms it may import, and the libraries outside Python's own
ARROWS: dict[str, tuple[set[str], set[str]]] = {
    "derivations": (set(), {"sympy", "mpmath", "numpy"}),
    "impl": (set(), {"numpy"}),
    "gradcheck": (set(), {"numpy"}),
    "gradcheck.strategies": ({"gradcheck"}, {"numpy", "hypothesis"}),
    "gradcheck.pytest_plugin": ({"gradcheck"}, {"numpy", "pytest"}),
    "gradcheck.progress": ({"gradcheck.submissions"}, {"click"}),
    "gradcheck.sandbox": (set(), {"numpy"}),
    "gradcheck.submissions": (
        {
            "gradcheck.sandbox",
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "gradcheck.submissions.calling",
            "gradcheck.submissions.choosing",
            "gradcheck.submissions.judging",
            "gradcheck.submissions.counterexamples",
            "gradcheck.submissions.batches",
            "impl",
        },
        {"numpy"},
    ),
    "gradcheck.submissions.batches": (
        {"gradcheck.sandbox", "gradcheck.submissions", "gradcheck.submissions.reading"},
        {"distributed"},
    ),
    "gradcheck.submissions.reading": ({"gradcheck.sandbox"}, set()),
    "gradcheck.submissions.reference": (
        {"gradcheck.submissions.reading", "impl", "derivations"},
        {"numpy"},
    ),
    "gradcheck.submissions.calling": (
        {
            "gradcheck.sandbox",
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "impl",
        },
        {"numpy"},
    ),
    "gradcheck.submissions.diagnosis": (
        {
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "gradcheck.submissions.calling",
            "impl",
        },
        {"numpy"},
    ),
    "gradcheck.submissions.counterexamples": (
        {
            "gradcheck.sandbox",
            "gradcheck.submissions",
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "gradcheck.submissions.calling",
            "impl",
        },
        {"numpy", "hypothesis"},
    ),
    "gradcheck.submissions.lines": (
        {
            "gradcheck.sandbox",
            "gradcheck.submissions",
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "gradcheck.submissions.calling",
            "gradcheck.submissions.diagnosis",
            "impl",
        },
        {"numpy"},
    ),
    "gradcheck.submissions.judging": (
        {
            "gradcheck.sandbox",
            "gradcheck.submissions",
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "gradcheck.submissions.calling",
            "gradcheck.submissions.diagnosis",
            "impl",
            "gradcheck.submissions.lines",
        },
        {"numpy"},
    ),
    "gradcheck.submissions.training": (
        {
            "gradcheck.sandbox",
            "gradcheck.submissions",
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "gradcheck.submissions.calling",
            "gradcheck.submissions.diagnosis",
            "impl",
            "gradcheck.submissions.lines",
            "gradcheck.submissions.judging",
        },
        {"numpy"},
    ),
    "gradcheck.submissions.choosing": (
        {
            "gradcheck.submissions",
            "gradcheck.submissions.reading",
            "gradcheck.submissions.reference",
            "gradcheck.submissions.calling",
            "gradcheck.submissions.diagnosis",
            "impl",
            "gradcheck.submissions.lines",
            "gradcheck.submissions.judging",
            "gradcheck.submissions.training",
        },
        {"numpy"},
    ),
    "gradcheck.illustrations": ({"derivations", "impl", "gradcheck"}, {"numpy"}),
    "reports": ({"derivations", "gradcheck.submissions", "reports.pdf"}, set()),
    "reports.pdf": ({"derivations", "reports"}, {"typst"}),
    "gradcheck.__main__": ({"gradcheck", "gradcheck.cli"}, set()),
    "gradcheck.notebook": ({"gradcheck.submissions", "reports"}, set()),
    "gradcheck.commands": (
        {
            *OURS,
            "gradcheck.progress",
            "gradcheck.illustrations",
            "gradcheck.submissions",
            "gradcheck.submissions.counterexamples",
        },
        {"click"},
    ),
    "gradcheck.cli": ({"gradcheck", "gradcheck.commands"}, {"click"}),
}

FILES = sorted(file for package in OURS for file in (ROOT / package).rglob("*.py"))


def module_of(file: Path) -> str:
    """Give the dotted name of a file of ours."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(file): file for file in FILES}


def room_of(module: str) -> str:
    """Give the innermost room of ARROWS that the module lies in."""
    return max((r for r in ARROWS if f"{module}.".startswith(f"{r}.")), key=len)


def imports_of(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module imported anywhere in a file, in functions too, but not for the types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                full = f"{source}.{alias.name}"
                yield full if full in MODULES else source
        yield from imports_of(node, package)


IMPORTS = {
    name: set(imports_of(ast.parse(file.read_text()), module_of(file.parent / "__init__.py")))
    for name, file in MODULES.items()
}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    """Independence is the evidence: an error must be made twice to survive."""
    room = room_of(module)
    rooms, libraries = ARROWS[room]
    for target in IMPORTS[module]:
        top = target.partition(".")[0]
        if top in OURS:
            assert room_of(target) in rooms | {room}, f"{module} imports {target}"
        else:
            assert top in libraries | sys.stdlib_module_names, f"{module} imports {target}"


def test_no_module_imports_itself_through_others() -> None:
    """A reader can start at a module without imports of ours, and go up from there."""
    graph = {module: IMPORTS[module] & set(MODULES) - {module} for module in MODULES}
    assert list(TopologicalSorter(graph).static_order())


def test_a_model_is_one_file_in_derivations_and_one_in_impl() -> None:
    """The folder listing is the feature list."""
    defines_model = {f.name for f in (ROOT / "impl").glob("*.py") if "\nMODEL = " in f.read_text()}
    assert defines_model
    for name in defines_model:
        assert "\nDERIVATION = " in (ROOT / "derivations" / name).read_text()
