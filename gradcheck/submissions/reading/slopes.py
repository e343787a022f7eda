"""A line written as ``y = m*x + c``: its slope and its intercept under the course's names."""

from __future__ import annotations

import re
from dataclasses import replace

from gradcheck.submissions.reading.notebooks import Text

_SLOPE = r"(?:self\.)?(?P<slope>m|m_\w+)\b"
_X = r"(?:self\.)?\b[xX]\w*(?:\[[^\]\n]*\])?"
_INTERCEPT = r"(?:self\.)?(?P<intercept>[a-zA-Z]\w*)\b"
_OPEN, _CLOSE = r"(?<![\w/.])", r"\s*+\)*+\s*+"  # never tried twice: a text may be all blanks
_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_OPEN}{_SLOPE}\s*\*\s*{_X}{_CLOSE}\+\s*{_INTERCEPT}(?!\s*[*(])",
        rf"{_OPEN}{_X}\s*\*\s*{_SLOPE}{_CLOSE}\+\s*{_INTERCEPT}(?!\s*[*(])",
        rf"(?<![\w/.]){_INTERCEPT}\s*\+\s*\(*{_SLOPE}\s*\*\s*{_X}",
    )
)
_COUNTED = re.compile(r"\bm\s*=\s*(?:float\()?\s*(?:len\(|\w+\.(?:shape|size))|/\s*m\b")


def with_course_names(texts: tuple[Text, ...]) -> tuple[tuple[Text, ...], str]:
    """Write ``m`` and ``c`` as ``w`` and ``b`` where they are a line's slope and intercept.

    Returns
    -------
    tuple of (tuple of Text, str)
        The texts, with the same lines, and a note; an empty one where nothing was changed.
    """
    whole = "\n".join(text.source for text in texts)
    found = next((line for p in _LINES if (line := p.search(whole))), None)
    if found is None or _COUNTED.search(whole):
        return texts, ""
    letters = {"m": "w", found["intercept"].split("_")[0]: "b"}
    words = set(re.findall(r"\b[A-Za-z_]\w*", whole))
    if any(new in words and old != new for old, new in letters.items()):
        return texts, ""
    changed = tuple(replace(text, source=_renamed(text.source, letters)) for text in texts)
    said = " and ".join(f"{old} as {new}" for old, new in letters.items() if old != new)
    return changed, f"the line's {said}" if changed != texts else ""


def _renamed(text: str, letters: dict[str, str]) -> str:
    """Change the letter wherever it is a part of a name: ``m``, ``D_m``, ``m_curr``, ``dm``."""
    parts = dict(letters)
    for old, new in letters.items():
        parts |= {f"d{old}": f"d{new}", f"D{old}": f"D{new}", f"{old}d": f"d{new}"}

    def written(found: re.Match[str]) -> str:
        return "_".join(parts.get(part, part) for part in found[0].split("_"))

    return re.sub(r"\b[A-Za-z_]\w*", written, text)
