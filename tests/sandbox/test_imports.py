"""What a submission's imports find: stubs, stand-ins, and honest errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gradcheck.sandbox.child.imports import Missing

Made = Callable[..., Any]


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
