"""The pytest plugin: the fixture `check_gradient`, and a report of all checks of a run.

Loaded at pytest's start-up, so nothing heavy is imported here before a test needs it.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck.results import GradientCheck

KEY = "gradcheck"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the report."""
    group = parser.getgroup("gradcheck")
    group.addoption(
        "--gradcheck-report",
        metavar="PATH",
        help="write every gradient check of the run to this file, as JSON",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collect the reports of all tests, in the process that the workers report to."""
    if config.getoption("--gradcheck-report") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(Path(config.getoption("--gradcheck-report"))))


@pytest.fixture
def check_gradient(
    request: pytest.FixtureRequest, record_property: Callable[[str, Any], None]
) -> Callable[..., "GradientCheck"]:
    """Check a gradient, and fail the test with the message unless it passes.

    Takes what `gradcheck.check_gradient` takes, and gives its result.
    """

    def check(cost: Any, gradient: Any, at: Any, **options: Any) -> "GradientCheck":
        from gradcheck.check import check_gradient as judge

        result = judge(cost, gradient, at, **options)
        if request.config.getoption("--gradcheck-report"):
            record_property(KEY, json.dumps(result.to_json()))
        if not result:
            pytest.fail(str(result), pytrace=False)
        return result

    return check


class Report:
    """Gathers the checks of all tests, and writes them when the run ends.

    Parameters
    ----------
    path : Path
        The file to write; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checks: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the checks that a test recorded; with xdist they arrive from the workers."""
        if report.when == "call":
            for key, value in report.user_properties:
                if key == KEY:
                    self.checks.append({"test": report.nodeid, **json.loads(str(value))})

    def pytest_sessionfinish(self) -> None:
        """Write the report, in the order of the tests' names whatever worker ran them."""
        ordered = sorted(self.checks, key=lambda check: str(check["test"]))
        content = {"schema": "gradcheck/report/v1", "checks": ordered}
        self.path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
