"""Text for LaTeX: what it would read as a command is escaped, what it lacks is spelt out."""

from __future__ import annotations

import unicodedata

from derivations.engine.printers.latex import LETTERS

COMMANDS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "\u00a0": "~",
    "—": "---",
    "–": "--",
    "’": "'",
    "✓": r"\ensuremath{\checkmark}",
    "✗": r"\ensuremath{\times}",
    "…": r"\ldots{}",
    "\n": " ",
    "\t": " ",
}
SYMBOLS = {
    "−": "-",
    "∗": "*",
    "×": r"\times",
    "·": r"\cdot",
    "⋅": r"\cdot",
    "±": r"\pm",
    "→": r"\to",
    "⇒": r"\Rightarrow",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "∇": r"\nabla",
    "∈": r"\in",
    "∞": r"\infty",
    "√": r"\surd",
    "Σ": r"\Sigma",
    "Λ": r"\Lambda",
    "′": r"^{\prime}",
    "ᵀ": "^{T}",
    "½": r"\tfrac12",
    "¼": r"\tfrac14",
    "ℝ": r"\mathbb{R}",
    "ᶻ": "^{z}",
    "ᵢ": "_{i}",
    "ᵏ": "^{k}",
    "⁻": "^{-}",
    **LETTERS,
}
ACCENTS = {"\u0302": r"\hat", "\u0304": r"\bar", "\u0303": r"\tilde", "\u0308": r"\ddot"}
SUPERSCRIPT, SUBSCRIPT = "<super>", "<sub>"


def text_for_latex(text: str) -> str:
    """Print text; a sign that the fonts lack is printed as its number, so that it compiles."""
    pieces: list[str] = []
    for sign in "".join(s if s in SYMBOLS else unicodedata.normalize("NFD", s) for s in text):
        if sign in ACCENTS and pieces:
            pieces[-1] = rf"\ensuremath{{{ACCENTS[sign]}{{{_bare(pieces[-1])}}}}}"
        else:
            pieces.append(_sign(sign))
    return "".join(pieces)


def _bare(piece: str) -> str:
    return piece.removeprefix(r"\ensuremath{").removesuffix("}") if "ensuremath" in piece else piece


def _sign(sign: str) -> str:
    if sign in COMMANDS:
        return COMMANDS[sign]
    if sign in SYMBOLS:
        return rf"\ensuremath{{{SYMBOLS[sign]}}}"
    if sign.isascii() and sign.isprintable():
        return sign
    folded = unicodedata.decomposition(sign).split()
    if len(folded) == 2 and folded[0] in (SUPERSCRIPT, SUBSCRIPT):
        script = "^" if folded[0] == SUPERSCRIPT else "_"
        inner = SYMBOLS.get(chr(int(folded[1], 16)), chr(int(folded[1], 16)))
        return rf"\ensuremath{{{script}{{{inner}}}}}"
    return rf"\texttt{{[U+{ord(sign):04X}]}}"


def code_for_latex(text: str) -> str:
    """Print code, with places where a long line may break."""
    printed = text_for_latex(text).replace(" ", r"\ \allowbreak{}")
    return rf"\texttt{{{printed.replace('(', '(' + BREAK).replace('.', '.' + BREAK)}}}"


BREAK = r"\allowbreak{}"
