"""Packed results are the results, in less memory."""

from __future__ import annotations

import sys

from gradcheck.submissions import Fault, Submission, Where
from gradcheck.submissions.batches.packed import Packed, pack

FAULTS = tuple(Fault("sign", f"dW{n}", Where("f", n), "negated " * 5) for n in range(9))
RESULTS = tuple(Submission(f"{n}.py", "linear", "wrong", faults=FAULTS) for n in range(3))
PACKED = Packed([pack(result) for result in RESULTS])


def test_packed_results_are_the_results() -> None:
    """In their order, one by one or some of them."""
    assert PACKED == RESULTS
    assert (len(PACKED), PACKED[-1], tuple(PACKED[1:])) == (3, RESULTS[-1], RESULTS[1:])


def test_other_results_are_others() -> None:
    """And nothing else is a class."""
    assert Packed([]) != RESULTS
    assert PACKED[:2] != RESULTS
    assert PACKED != 3


def test_packing_is_worth_it() -> None:
    """A result takes less than its faults' messages alone."""
    messages = sum(sys.getsizeof(fault.message) for fault in FAULTS)
    assert len(pack(RESULTS[0])) < messages
