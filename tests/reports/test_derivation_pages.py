"""A report is a page a derivation, and an index that leads to them."""

from __future__ import annotations

import re

from reports.derivations import markdown_pages

TEXTS = {"linear": ("The linear model", "dw = …\n\n"), "logistic": ("Logistic regression", "dz")}


def test_every_derivation_has_its_page_and_its_place_in_the_index() -> None:
    """The index links exactly the pages that there are, by their titles."""
    files = markdown_pages(TEXTS)
    linked = dict(re.findall(r"- \[(.*)\]\((.*)\)", files["index.md"]))
    assert linked == {"The linear model": "linear.md", "Logistic regression": "logistic.md"}
    assert set(files) == {"index.md", *linked.values()}
    assert files["linear.md"] == "dw = …\n"
