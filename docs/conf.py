"""How Sphinx builds the site: `tox -e docs`. Nothing in it is fetched from the network."""

from importlib import metadata
from typing import Any

from docutils import nodes

project = "gradcheck"
copyright = "the gradcheck maintainers"  # noqa: A001 - Sphinx's own name
release = metadata.version("gradcheck")

extensions = [
    "myst_parser",  # the pages are Markdown
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",  # docstrings are numpydoc's
    "sphinx_click",  # the commands, from the commands themselves
]
exclude_patterns = ["_build"]
smartquotes = False  # --at is two hyphens
myst_heading_anchors = 3  # so that a page can link to a heading of another

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings give shapes, which say more
add_module_names = False
napoleon_use_param = False  # types are words: `Entry` would lead to another room's
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"gradcheck {release}"
html_static_path = ["_static"]
html_css_files = ["wide-tables.css"]
html_show_sphinx = False
html_copy_source = False


def set_dashes(_app: Any, doctree: nodes.document, _name: str) -> None:
    """Set two hyphens between a parameter and what it is as a dash, never those of an option."""
    for text in doctree.findall(nodes.Text):
        if " -- " in text and not isinstance(text.parent, nodes.literal | nodes.literal_block):
            text.parent.replace(text, nodes.Text(text.replace(" -- ", " – ")))


def setup(app: Any) -> None:
    """Hand Sphinx what it does once a page is read."""
    app.connect("doctree-resolved", set_dashes)
