"""What is shipped: four packages and a command, and nothing of the workshop."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("derivations", "gradcheck", "impl", "reports")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

in_tox = pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only tox builds the wheel")


@in_tox
@pytest.mark.parametrize("package", PACKAGES)
def test_the_tests_run_on_the_wheel(package: str) -> None:
    """What passes here is what a user installs, and not the tree beside the tests."""
    file = importlib.import_module(package).__file__
    assert file is not None
    assert "site-packages" in Path(file).parts


@in_tox
def test_the_wheel_holds_the_packages_with_their_types_and_nothing_else() -> None:
    """No test, example or benchmark is installed, and every package says that it is typed."""
    files = importlib.metadata.files("gradcheck") or []
    tops = {file.parts[0] for file in files if file.suffix in {".py", ".typed"}}
    assert tops == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= {file.as_posix() for file in files}


@in_tox
def test_the_wheel_holds_every_module_of_the_tree() -> None:
    """A new file is shipped without being listed anywhere."""
    shipped = {file.as_posix() for file in importlib.metadata.files("gradcheck") or []}
    tree = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
    }
    assert tree <= shipped


def test_the_oldest_environment_pins_exactly_the_declared_lower_bounds() -> None:
    """What pyproject.toml promises to work with is what `tox -e oldest` runs."""
    section = (ROOT / "tox.ini").read_text().split("[testenv:oldest]")[1].split("[testenv")[0]
    pinned = {tuple(line.split("==")) for line in section.split() if "==" in line}
    declared = {tuple(line.split(">=")) for line in PROJECT["project"]["dependencies"]}
    pad = {(name, ".".join([*bound.split("."), "0"][:3])) for name, bound in declared}
    assert pinned == pad


def test_the_version_is_the_same_everywhere() -> None:
    """The citation and the changelog speak of the version that is built."""
    version = PROJECT["project"]["version"]
    assert f'version: "{version}"' in (ROOT / "CITATION.cff").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
