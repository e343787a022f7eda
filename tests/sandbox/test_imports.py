"""What a submission's imports find: stubs, stand-ins, and honest errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.fft
import numpy.linalg
import numpy.random
import pytest

from gradcheck.sandbox.child.imports import Missing

Made = Callable[..., Any]
LOADED = (numpy.fft, numpy.linalg, numpy.random)  # a second time, in this process, none could be


def test_stubs_are_found_before_anything_else(made: Made) -> None:
    """A stand-in has its source's names, its parents exist, and it is not called missing."""
    bench = made(
        """
        import lr_utils, plot.sub.deep
        from lr_utils import *
        def f(): return half(3), plot.sub.deep.x
        """,
        stubs={"lr_utils": "import absent\ndef half(x): return x / 2", "plot.sub.deep": "x = 1"},
    )
    assert bench.value("f") == (1.5, 1)
    assert bench.worker.submission.back.missing == ["absent"]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import absent_cupy as np\nexcept ImportError:\n    import numpy as np",
        "try:\n    from absent_cupy import array as a\n    import numpy as np\nexcept Exception:\n"
        "    import numpy as np",
        "try:\n    import absent_cupy as np\nexcept:\n    import numpy as np",
        "try:\n    import absent_cupy as np\nexcept (ValueError, ModuleNotFoundError):\n"
        "    import numpy as np",
    ],
)
def test_an_import_with_an_alternative_fails_honestly(made: Made, source: str) -> None:
    """A submission that can do without a module is told that it must."""
    bench = made(f"{source}\ndef f(): return np.ones(1)")
    assert bench.value("f").tolist() == [1]
    assert bench.worker.submission.back.missing == []


def test_an_import_under_another_handler_gets_the_stand_in(made: Made) -> None:
    """Catching something else is no alternative."""
    bench = made("try:\n    import absent_cupy\nexcept ValueError:\n    pass")
    assert bench.worker.submission.back.missing == ["absent_cupy"]


def test_numpy_s_own_optional_imports_are_left_alone(made: Made) -> None:
    """Only what the submission imports gets a stand-in."""
    made("import absent_cupy")
    with pytest.raises(ModuleNotFoundError):
        __import__("not_installed_anywhere")


def test_a_stand_in_does_nothing_in_every_way(made: Made) -> None:
    """Whatever a plot, a decorator or a base class is asked for, the submission goes on."""
    bench = made(
        """
        import absent_plot.pyplot as plt
        import absent_jit as numba, absent_torch.nn as nn
        from absent_sci import misc
        @numba.jit
        def f(x): return 2 * x
        @numba.jit(nopython=True)
        def g(x): return 3 * x
        class Net(nn.Module):
            pass
        def h():
            with plt.style.context("ggplot") as c:
                plt.rcParams['figure.figsize'] = 3
                ax = plt.rcParams[0]
                ax.plot([1], label="a").set(x=1)
            return list(plt.lines), f(1), g(1), Net.__bases__ == (object,), hasattr(plt, "__len__")
        """
    )
    assert bench.value("h") == ([], 2, 3, True, False)
    assert isinstance(Missing()(1, 2), Missing)


def test_a_progress_bar_runs_through_its_range(made: Made) -> None:
    """What is absent and only shows how far a loop is must not end the loop."""
    bench = made(
        """
        from absent_bar import bar
        def f():
            steps = bar(range(3), desc="epoch")
            for step in steps:
                steps.set_postfix(loss=1)
            return step
        """
    )
    assert bench.value("f") == 2


@pytest.mark.parametrize(
    "steps",
    ["np.arange(3)", "[0, 1, 2]", "(0, 1, 2)", "reversed([2, 1, 0])", "(i for i in range(3))"],
)
def test_a_progress_bar_runs_through_whatever_can_be_iterated(made: Made, steps: str) -> None:
    """Also through what is no range."""
    bench = made(
        f"""
        import numpy as np
        from absent_bar import bar
        def f(): return [int(i) for i in bar({steps})]
        """
    )
    assert bench.value("f") == [0, 1, 2]


def test_a_text_is_not_run_through(made: Made) -> None:
    """It is a label, and no loop."""
    assert made("import absent_plot\ndef f(): return list(absent_plot.title('x'))").value("f") == []


@pytest.mark.parametrize("name", ["trange", "tnrange"])
def test_a_progress_bar_that_counts_takes_what_says_how_it_looks(made: Made, name: str) -> None:
    """And what is told or asked of it while it runs."""
    bench = made(
        f"""
        from absent_bar import {name} as counting
        def f():
            seen = []
            with counting(1, 4, desc="epoch", leave=False) as steps:
                for step in steps:
                    steps.set_description(f"step {{step}}")
                    steps.set_postfix(loss=0.5)
                    seen.append(step)
            return seen
        """
    )
    assert bench.value("f") == [1, 2, 3]


@pytest.mark.parametrize(
    "line", ["from absent_jit import prange", "import absent_jit; prange = absent_jit.x.prange"]
)
def test_a_parallel_range_is_a_range(made: Made, line: str) -> None:
    """With its length and its entries."""
    bench = made(f"{line}\ndef f(): return len(prange(4)), prange(4)[1]")
    assert bench.value("f") == (4, 1)


@pytest.mark.parametrize("module", ["pylab", "matplotlib.pylab"])
def test_pylab_passes_numpy_on_and_draws_nothing(made: Made, module: str) -> None:
    """Its star import gives numbers that are right and plots that are inert."""
    bench = made(
        f"""
        from {module} import *
        import {module} as pl
        def f():
            plot([1], label="a"); title("x"); show()
            return sum(zeros(2) + log(1)), pl.exp(0), norm([3, 4]), len(randn(3)), np.tanh(0)
        """
    )
    assert bench.value("f") == (0.0, 1.0, 5.0, 3, 0.0)


@pytest.mark.parametrize("module", ["pylab", "matplotlib.pylab"])
@pytest.mark.parametrize("name", ["abs", "bool", "bytes", "max", "min", "pow", "round"])
def test_pylab_leaves_python_s_own_functions(made: Made, module: str, name: str) -> None:
    """As the real one does, so that max(1, 2) is 2."""
    bench = made(
        f"from {module} import *\nimport builtins\ndef f(): return {name} is builtins.{name}"
    )
    assert bench.value("f") is True


def test_a_star_import_of_an_absent_plot_gives_its_usual_names(made: Made) -> None:
    """A function that plots as it trains goes on."""
    bench = made(
        """
        from matplotlib.pyplot import *
        def f():
            figure(); plot([1]); xlabel("x"); show()
            return 1
        """
    )
    assert bench.value("f") == 1


def test_what_annotates_a_function_need_not_be_there(made: Made) -> None:
    """A type that was left out takes no function with it."""
    bench = made("def f(x: Left[Out] = 2) -> Nothing: return 3 * x")
    assert bench.value("f") == 6
