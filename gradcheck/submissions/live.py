"""What a notebook has defined so far, judged as a file is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradcheck.sandbox import WarmParent
from gradcheck.submissions.pipeline import Options, validate_source
from gradcheck.submissions.reading.namespaces import read_namespace
from gradcheck.submissions.results import Report


def validate_namespace(
    namespace: Mapping[str, Any], *, model: str = "auto", **options: Any
) -> Report:
    """Judge the functions of a namespace such as ``globals()``, in a process of their own.

    Parameters
    ----------
    namespace : mapping
        Only the text of its functions is taken; none of its values is touched.
    model : str
        A model's name; ``auto`` takes the one that fits best.
    **options
        The other fields of `Options`: ``seed``, ``hints``, ``limits``, ``allow_weak``.

    Raises
    ------
    ValueError
        If it defines no function, or none that has a source.
    """
    start = time.perf_counter()
    chosen = Options(model, **options)
    source = read_namespace(namespace)
    with WarmParent() as warm:
        warm.require(allow_weak=chosen.allow_weak)
        result = validate_source(source, chosen, warm)
        layers = {"layers": warm.isolation.layers, "missing": warm.isolation.missing}
    timed = replace(result, seconds=round(time.perf_counter() - start, 3))
    return Report(chosen.seed, layers, (timed,))
