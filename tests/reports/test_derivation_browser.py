"""Derivation pages in a real browser: silent, fetching nothing, no wider than the window."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

import derivations
from gradcheck.illustrations import illustrate
from reports.derivations import report
from reports.html.blocks import html_pages

NAMES = ("index", *derivations.names(), "ledger")
WIDTHS = (390, 1280)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OWN = (".google.com", ".googleapis.com", ".gvt1.com")  # Chromium looks for updates of itself
MEASURE = """<script>onload = async () => {
  const found = [];
  for (const frame of document.querySelectorAll('iframe')) {
    const page = frame.contentDocument;
    await page.fonts.ready;
    const boxes = [...page.querySelectorAll('math')].map((m) => m.getBoundingClientRect());
    const cut = [...page.querySelectorAll('svg text')].filter((text) => {
      const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
      return box.x < 0 || box.y < 0 || box.x + box.width > view.width ||
        box.y + box.height > view.height;
    });
    found.push({
      page: frame.name, wide: page.documentElement.scrollWidth,
      cut: cut.map((text) => text.textContent),
      formulas: boxes.length, flat: boxes.filter((b) => b.width < 4 || b.height < 4).length,
      fonts: [...page.fonts].filter((f) => f.status === 'loaded').map((f) => f.family),
    });
  }
  document.title = JSON.stringify(found);
}</script>"""
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@dataclass(frozen=True)
class Seen:
    """What a browser made of the pages: its own words, its requests, and measures by frame."""

    said: str
    hosts: tuple[str, ...]
    frames: dict[str, Any]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Give the files of a report of everything."""
    declared = [derivations.load(name) for name in derivations.names()]
    return html_pages(report([(d, derivations.prove(d), illustrate(d)) for d in declared]))


@pytest.fixture(scope="module")
def seen(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Show every page in frames of either width: a window is never narrower than 500 pixels."""
    folder = tmp_path_factory.mktemp("browser")
    frames = "".join(
        f'<iframe name="{name} {width}" width="{width}" style="border:0" '
        f'srcdoc="{html.escape(pages[f"{name}.html"])}"></iframe>'
        for name in NAMES
        for width in WIDTHS
    )
    (folder / "frames.html").write_text(f"<title></title>{frames}{MEASURE}", encoding="utf-8")
    command = [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
        *("--enable-logging=stderr", f"--log-net-log={folder / 'net.json'}", "--hide-scrollbars"),
        *("--virtual-time-budget=60000", f"--user-data-dir={folder / 'profile'}"),
        f"file://{folder / 'frames.html'}",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    (title,) = re.findall("<title>(.*?)</title>", ended.stdout)[:1]
    hosts = re.findall(r'"url":"https?://([^/"]+)', (folder / "net.json").read_text("utf-8"))
    measured = {frame["page"]: frame for frame in json.loads(html.unescape(title))}
    return Seen(ended.stderr, tuple(hosts), measured)


def test_a_browser_shows_the_pages_without_a_word(seen: Seen) -> None:
    """The console stays empty, and nothing is fetched."""
    assert "CONSOLE" not in seen.said
    assert [host for host in seen.hosts if not host.endswith(OWN)] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_the_window_or_cut(
    seen: Seen, pages: dict[str, str], name: str, width: int
) -> None:
    """No page scrolls sideways, no label leaves its picture, and every formula has a size."""
    frame = seen.frames[f"{name} {width}"]
    assert (frame["wide"], frame["cut"], frame["flat"]) == (width, [], 0)
    assert frame["formulas"] == pages[f"{name}.html"].count("<math")


@pytest.mark.parametrize("name", NAMES)
def test_formulas_are_set_in_the_font_of_the_page(seen: Seen, name: str) -> None:
    """The browser loads the font that stands in the page; where no formula is, there is none."""
    frame = seen.frames[f"{name} 1280"]
    expected = ["Page Mathematics"] if frame["formulas"] else []
    assert [family.strip('"') for family in frame["fonts"]] == expected
