"""Derivation reports: a page a derivation, and an index that leads to them."""

from __future__ import annotations

from collections.abc import Mapping


def markdown_pages(texts: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Lay out the report as files.

    Parameters
    ----------
    texts : mapping of str to (str, str)
        The title of each derivation and its text in Markdown, under its name.

    Returns
    -------
    dict of str to str
        The text of each file: ``NAME.md``, and an ``index.md`` that links them.
    """
    files = {f"{name}.md": text.rstrip() + "\n" for name, (_, text) in texts.items()}
    links = [f"- [{title}]({name}.md)" for name, (title, _) in texts.items()]
    return files | {"index.md": "\n".join(["# Derivations", "", *links, ""])}
