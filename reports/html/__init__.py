"""Pages for a browser: one self-contained file each, without scripts and without the network.

``elements`` escapes by default, ``page`` is the shell around a body, ``style`` its one style sheet,
and ``svg`` draws the pictures of ``reports.content.drawing``.
"""
