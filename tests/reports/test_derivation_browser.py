"""Derivation pages in a real browser: silent, fetching nothing, no wider than the window."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import derivations
from gradcheck.illustrations import illustrate
from reports.derivations import report
from reports.html.blocks import html_pages

NAMES = ("logistic", "descent")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OWN = (".google.com", ".googleapis.com", ".gvt1.com")  # Chromium looks for updates of itself
MEASURE = """<script>onload = () => {
  const page = frames[0].document;
  const formulas = [...page.querySelectorAll('math')].map((m) => m.getBoundingClientRect());
  const flat = formulas.filter((box) => box.width < 4 || box.height < 4).length;
  document.title = `${page.documentElement.scrollWidth} wide, ${flat} of ${formulas.length} flat`;
}</script>"""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Give the files of a report."""
    declared = [derivations.load(name) for name in NAMES]
    return html_pages(report([(d, derivations.prove(d), illustrate(d)) for d in declared]))


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["index", *NAMES, "ledger"])
def test_a_browser_shows_a_page_without_a_word(
    pages: dict[str, str], tmp_path: Path, name: str, width: int
) -> None:
    """The console stays empty, nothing is fetched, nothing overflows, every formula has a size."""
    inner = html.escape(pages[f"{name}.html"])
    frame = f'<iframe width="{width}" style="border:0" srcdoc="{inner}"></iframe>'
    (tmp_path / "frame.html").write_text(f"<title></title>{frame}{MEASURE}", encoding="utf-8")
    log = tmp_path / "net.json"
    command = [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
        *("--enable-logging=stderr", f"--log-net-log={log}", "--hide-scrollbars"),
        *(f"--user-data-dir={tmp_path / 'profile'}", f"file://{tmp_path / 'frame.html'}"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    assert "CONSOLE" not in ended.stderr
    count = pages[f"{name}.html"].count("<math")
    assert f"<title>{width} wide, 0 of {count} flat</title>" in ended.stdout
    hosts = re.findall(r'"url":"https?://([^/"]+)', log.read_text(encoding="utf-8"))
    assert [host for host in hosts if not host.endswith(OWN)] == []
