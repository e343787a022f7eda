"""The line that counts the evaluations of a long check."""

import pytest

from gradcheck.progress import RIGHT, counted


def told(calls: int) -> None:
    """Tell of so many calls, one after the other."""
    with counted() as tell:
        if tell is not None:
            for call in range(1, calls + 1):
                tell(call)


@pytest.mark.parametrize(
    ("calls", "terminal", "shown"),
    [
        (RIGHT, True, False),
        (RIGHT + 1, True, True),
        (10 * RIGHT, True, True),
        (10 * RIGHT, False, False),
    ],
)
def test_only_long_checks_on_a_terminal_are_counted_aloud(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    calls: int,
    terminal: bool,
    shown: bool,
) -> None:
    """A right gradient is judged before there is anything to show."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    told(calls)
    assert ("60 evaluations" in capsys.readouterr().err) == shown


def test_nothing_of_the_count_is_left_on_the_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdict begins on a clean line."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    told(100)
    assert capsys.readouterr().err.endswith("\r" + " " * 19 + "\r")
