"""Loading and calling: what honest and broken submissions give back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gradcheck.sandbox import (
    Handle,
    Limits,
    Piece,
    Program,
    Sandbox,
    SandboxError,
    Value,
    WarmParent,
)

Open = Callable[..., Sandbox]
HONEST = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
"""


def test_a_call_gives_the_function_s_value(opened: Open) -> None:
    """What a function returns here it returns there."""
    z = np.linspace(-3, 3, 12).reshape(3, 4)
    assert np.array_equal(opened(HONEST).call("sigmoid", [z]).value, 1 / (1 + np.exp(-z)))


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -(2**70), 1.5, float("inf"), "text", "", [], (), {}),
        *([1, (2.0, None)], {"dW1": [True], "": {}}, np.arange(6).reshape(2, 3)),
        *(
            np.zeros((0, 3)),
            np.array(2.5),
            np.array([1, 2], np.float32),
            np.array([1j]),
            np.eye(2).T,
        ),
        *(
            np.eye(2).T,
            np.array([True, False]),
            np.arange(4, dtype=np.uint8),
            np.ones((3, 4))[:, ::2],
        ),
    ],
    ids=repr,
)
def test_every_value_survives_the_way_there_and_back(opened: Open, value: Value) -> None:
    """Type, dtype, shape and content of a value are the same after two crossings."""
    found = opened("def same(x):\n    return x").call("same", [value]).value
    assert type(found) is type(value)
    assert getattr(found, "dtype", None) == getattr(value, "dtype", None)
    assert getattr(found, "shape", None) == getattr(value, "shape", None)
    assert np.all(found == value)


def test_numpy_scalars_come_back_as_what_they_are(opened: Open) -> None:
    """A float64 is a float, an int64 an int; a float32 keeps its precision's name."""
    source = "import numpy as np\ndef f():\n    return np.float64(1), np.int8(2), np.float32(3)"
    one, two, three = opened(source).call("f", []).value
    assert (type(one), type(two), three.dtype) == (float, int, np.float32)


def test_arguments_come_back_as_they_are_after_the_call(opened: Open) -> None:
    """A mutated argument is seen, and the caller's own array is untouched."""
    mine = np.ones(3)
    outcome = opened("def f(x, y):\n    x[0] = 7").call("f", [mine, 2])
    assert outcome.arguments[0].tolist() == [7, 1, 1]
    assert mine.tolist() == [1, 1, 1]


def test_keywords_and_globals_reach_the_function(opened: Open) -> None:
    """Keywords are passed, and names of the module are set for one call only."""
    sandbox = opened("n_y = 1\ndef f(x, *, y):\n    return x + y + n_y + n_h")
    assert sandbox.call("f", [1], {"y": 2}, globals={"n_y": 10, "n_h": 20}).value == 33
    assert "n_h" in str(sandbox.call("f", [1], {"y": 2}).failure)
    assert sandbox.call("f", [1], {"y": 2}, globals={"n_h": 20}).value == 24


def test_the_seed_repeats_draws_and_none_leaves_them(opened: Open) -> None:
    """Equal seeds give equal draws of both generators; without a seed they go on."""
    source = "import numpy as np, random\ndef f():\n    return random.random(), np.random.rand()"
    sandbox = opened(source)
    draws = [sandbox.call("f", [], seed=seed).value for seed in (1, 1, 2, None)]
    assert draws[0] == draws[1]
    assert len(set(draws)) == 3


def test_an_object_stays_in_the_child_and_can_be_used_again(opened: Open) -> None:
    """A class makes a handle; its methods take it, and its attributes can be read."""
    sandbox = opened(
        "class N:\n  def __init__(self, n): self.n = n\n  def twice(self): return 2*self.n"
    )
    made = sandbox.call("N", [np.ones(2)]).value
    assert (type(made), made.kind) == (Handle, "N")
    assert sandbox.call("N.twice", [made]).value.tolist() == [2, 2]
    assert sandbox.attributes(made).locals["n"][0].tolist() == [1, 1]
    assert sandbox.call("N.twice", [made]).arguments == (made,)


def test_a_handle_dies_with_its_child(opened: Open) -> None:
    """A fresh child knows no object of the last one."""
    sandbox = opened("class N: pass")
    made = sandbox.call("N", []).value
    sandbox.restart()
    with pytest.raises(ValueError, match="the N belongs to a child that has ended"):
        sandbox.call("N", [made])


def test_a_restart_forgets_everything(opened: Open) -> None:
    """Counts kept between calls are gone in a fresh child."""
    sandbox = opened("n = 0\ndef count():\n    global n\n    n += 1\n    return n")
    assert [sandbox.call("count", []).value for _ in range(2)] == [1, 2]
    sandbox.restart()
    assert sandbox.call("count", []).value == 1


def test_an_argument_that_is_no_value_is_refused(opened: Open) -> None:
    """The host sends numbers, arrays and containers of these only."""
    with pytest.raises(ValueError, match="argument: got object, expected numbers or arrays"):
        opened(HONEST).call("sigmoid", [object()])


def test_a_sandbox_needs_a_running_parent() -> None:
    """A parent that was never entered forks nothing."""
    with (
        pytest.raises(SandboxError, match="not running: use it in a with statement"),
        Sandbox(Program(()), warm=WarmParent()),
    ):
        pass


def test_children_of_one_parent_draw_differently(opened: Open) -> None:
    """Without a seed each child has its own luck."""
    source = "import numpy as np, random\ndef f():\n    return np.random.rand(), random.random()"
    draws = [opened(source).call("f", [], seed=None).value for _ in range(2)]
    assert len({number for pair in draws for number in pair}) == 4


def test_many_threads_share_one_parent(warm: WarmParent) -> None:
    """Each thread's sandbox gets its own answers."""

    def run(number: int) -> Value:
        program = Program((Piece(f"def f(x):\n    return x + {number}", "a.py"),))
        with Sandbox(program, allow_weak=True, warm=warm) as sandbox:
            return [sandbox.call("f", [1]).value for _ in range(3)]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(12))) == [[1 + n] * 3 for n in range(12)]


def test_a_sandbox_alone_starts_its_own_parent() -> None:
    """Without a shared parent the sandbox brings one and takes it away."""
    with Sandbox(Program((Piece(HONEST, "a.py"),)), allow_weak=True) as sandbox:
        assert sandbox.call("sigmoid", [0.0]).value == 0.5


@pytest.mark.parametrize("name", ["call_seconds", "total_seconds", "memory_bytes", "value_bytes"])
def test_a_limit_is_more_than_zero(name: str) -> None:
    """A limit of nothing, or of nan, is a mistake."""
    with pytest.raises(ValueError, match=f"{name}: got nan, expected more than 0"):
        Limits(**{name: float("nan")})  # type: ignore[arg-type]


def test_lines_begin_at_one() -> None:
    """A piece knows where it stands in its file."""
    with pytest.raises(ValueError, match=r"first_line of a\.py: got 0, expected 1 or more"):
        Piece("", "a.py", first_line=0)


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("return x", 3 + 8 + 24),
        ("x += 1; return x", 2 * (3 + 8 + 24)),
        ("return f", None),
        ("return {'in': (x, f)}", None),
    ],
)
def test_an_outcome_says_its_size(opened: Open, body: str, size: int | None) -> None:
    """Value and changed arguments count; where objects stayed in the child, nobody knows."""
    assert opened(f"def f(x):\n    {body}").call("f", [np.ones(3)]).size == size
