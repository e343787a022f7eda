"""A mistake is placed in the function that makes it, wherever that is called from."""

from __future__ import annotations

from types import ModuleType

import pytest

from gradcheck.sandbox import WarmParent

# style, tag, part of what is written instead
PLACED = (
    ("attributes_network", "loss", "(Y"),  # a sign, where the losses have a line
    ("attributes_network", "loss", "np.log(out)"),  # a part of the cost, the other way round
    ("attributes_network", "dZ2", "(Y - out)"),  # dZ with 1/m in it
    ("attributes_network", "dZ2", ""),  # 1/m lost before all gradients
    ("attributes_network", "db1", "axis=1"),  # a lost axis, under a name that says nothing
    ("cells_network", "dZ1", "da1"),  # another name of the array that it is made from
    ("class_backward", "Z2", "self.z1 @"),  # in a method that training calls, in an attribute
    ("class_backward", "uW1", "+="),  # an update in a method of its own
    ("class_backward", "uW2", "2 * self"),
    ("class_backward", "ub1", "0"),
    ("class_linear", "dw", "2 * X.T @"),
    ("example_loops", "loop", "range(m - 1)"),  # an example is left out
    ("example_loops", "loop", "range(1, m)"),
    ("example_loops", "loopJ", "range(m - 1)"),
    ("example_loops", "sumJ", "total = loss"),  # nothing is added up
    ("example_loops", "J", ""),  # a total is returned as the mean
    ("example_loops", "loss", "(p - y[i]) ** 2"),
    ("helpers_logistic", "A", "np.tanh(net_input(w, b, X))"),  # in what a helper returns
)
RIGHT = ("class_backward", "example_loops", "script_rows", "cells_network")


@pytest.mark.parametrize(("style", "tag", "new"), PLACED)
def test_a_mistake_is_placed_where_it_is_made(
    table: ModuleType, warm: WarmParent, style: str, tag: str, new: str
) -> None:
    """Found, named and placed: in a helper, in a method, on a line of its own."""
    (known,) = table.styles([style])
    change = next(
        c for c in known.faults if c.tag == tag and (new in c.new if new else c.new == "")
    )
    row = table.planted(known, change, warm)
    assert (row.found, row.code_right, row.line_right, row.faults) == (True, True, True, 1)


@pytest.mark.parametrize("style", RIGHT)
def test_the_same_code_without_mistakes_is_right(
    table: ModuleType, warm: WarmParent, style: str
) -> None:
    """What is looked for in helpers and methods is nothing where nothing is wrong."""
    (known,) = table.styles([style])
    assert table.false_alarm(known, None, warm) == ""


def test_an_explanation_of_the_activation_is_sought_in_what_is_held(
    table: ModuleType, warm: WarmParent
) -> None:
    """Where the output is wrong, the hidden activation is told by what the function holds."""
    (known,) = table.styles(["one_function"])
    change = next(c for c in known.faults if c.new == "np.tanh(Z2)")
    row = table.planted(known, change, warm)
    assert (row.code, row.line_right, row.faults) == ("forward-wrong", True, 1)
