"""Check gradients, and student submissions, against what is true.

Everything is loaded when it is first used: importing this package is cheap, and `python -m` finds
no student's ``typing.py`` by it before the working folder is forgotten.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as a type checker knows it, without typing
if TYPE_CHECKING:
    from typing import Any

    from gradcheck import strategies
    from gradcheck.check import assert_gradient, check_gradient
    from gradcheck.jacobian import check_jacobian
    from gradcheck.notebook import validate
    from gradcheck.products import check_jvp, check_vjp
    from gradcheck.results import GradientCheck
    from gradcheck.slopes import Slope

__all__ = [
    "GradientCheck",
    "Slope",
    "assert_gradient",
    "check_gradient",
    "check_jacobian",
    "check_jvp",
    "check_vjp",
    "strategies",
    "validate",
]

_HOMES = {
    "GradientCheck": "results",
    "Slope": "slopes",
    "assert_gradient": "check",
    "check_gradient": "check",
    "check_jacobian": "jacobian",
    "check_jvp": "products",
    "check_vjp": "products",
    "validate": "notebook",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first asked for."""
    if name == "__version__":
        return import_module("importlib.metadata").version("gradcheck")
    if name == "strategies":
        return import_module("gradcheck.strategies")
    if name in _HOMES:
        return getattr(import_module(f"gradcheck.{_HOMES[name]}"), name)
    raise AttributeError(f"gradcheck has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
