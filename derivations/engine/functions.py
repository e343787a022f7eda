"""Elementwise functions: the ones the engine knows by heart, and abstract ones.

A function is named here once; what it *is* in a proof, in numbers or on paper is a table of its
own beside each user (entries, exact, numeric, printers): an error must be made twice to survive.
"""

from __future__ import annotations

from dataclasses import dataclass

KNOWN = ("sigmoid", "tanh", "relu", "leaky_relu", "exp", "log")
LEAKY_SLOPE = (1, 100)  # leaky ReLU's slope left of zero, as a fraction


@dataclass(frozen=True)
class Function:
    """A function applied to each entry of an array, or (order 1) its derivative.

    Parameters
    ----------
    name : str
        One of ``KNOWN``, or any name for an abstract function.
    order : int
        0 for the function itself, 1 for its derivative.
    instance : str
        For an abstract function: the known function that stands for it in code and in numbers.
        A statement proven for the abstract function holds for every differentiable one.
    """

    name: str
    order: int = 0
    instance: str = ""

    def __post_init__(self) -> None:
        if self.order not in (0, 1):
            raise ValueError(
                f"{self.name}: order is {self.order}, but the engine knows a function (0) and its "
                "derivative (1); state the model with its first derivative only"
            )
        if self.instance and (self.name in KNOWN or not self.name.isidentifier()):
            raise ValueError(
                f"{self.name!r} is declared as any differentiable function, but it is no word or "
                "the name of a known one; choose another name, such as g"
            )
        if self.instance and self.instance not in KNOWN:
            raise ValueError(
                f"{self.name}: instance is {self.instance!r}, but the known functions are "
                f"{', '.join(KNOWN)}; choose one of them"
            )

    @property
    def abstract(self) -> bool:
        """Whether nothing but differentiability is known of it."""
        return bool(self.instance)

    @property
    def prime(self) -> Function:
        """Its derivative; ValueError if none is known."""
        if not self.abstract and self.name not in KNOWN:
            raise ValueError(
                f"{self.name} has no known derivative: the engine knows {', '.join(KNOWN)}; build "
                "it from these, or declare it with abstract(name)"
            )
        return Function(self.name, self.order + 1, self.instance)

    @property
    def concrete(self) -> Function:
        """The known function that stands for it in code and in numbers."""
        return Function(self.instance or self.name, self.order)
