"""Stand-ins for what nobody hands in: the course's helper modules, sigmoid, old Python's names."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from types import MappingProxyType

LONG = 20  # more steps than a loop over examples, features or layers of our problems has
PREFIX = "gradcheck_"  # of every function that a submission finds in its module and did not write

_SIGMOID = """\
import numpy as np

def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1 + e)
"""

_ACTIVATIONS = (
    _SIGMOID
    + """
def relu(z):
    return np.maximum(0, z)

def tanh(z):
    return np.tanh(z)
"""
)

_DATA = """
def _absent(*arguments, **keywords):
    raise RuntimeError("the course's data set is not here")

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _absent
"""

STUBS: Mapping[str, str] = MappingProxyType(
    {
        "planar_utils": _SIGMOID + _DATA,
        "lr_utils": _SIGMOID + _DATA,
        "dnn_utils": _ACTIVATIONS,
        "dnn_utils_v2": _ACTIVATIONS,
        "utils": _ACTIVATIONS + _DATA,
    }
)
_SPECIAL = (
    _SIGMOID.replace("sigmoid", "expit")
    + """
def log_expit(z):
    return -np.logaddexp(0, -z)

def logit(p):
    return np.log(p) - np.log1p(-p)

def xlogy(x, y):
    with np.errstate(all="ignore"):
        return np.where(np.asarray(x) == 0, 0.0, x * np.log(y))

def xlog1py(x, y):
    return xlogy(x, 1 + y)

def softmax(z, axis=None):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
"""
)
_SCIPY = {"scipy.special": _SPECIAL, "scipy": "import scipy.special\n"}
_IN_CHILD = sys.stdlib_module_names | {"numpy"}  # nothing else is there, whatever is installed

# What a submission reads without defining it, and what is set for it then.
SUPPLIED: Mapping[str, str] = MappingProxyType(
    {
        "sigmoid": _SIGMOID,
        "relu": "import numpy as np\n\ndef relu(z):\n    return np.maximum(0, z)\n",
        "xrange": "xrange = range\n",
        "raw_input": "raw_input = input\n",
    }
)

GONE: Mapping[str, str] = MappingProxyType(
    {
        "float": "float",
        "int": "int",
        "bool": "bool",
        "float_": "numpy.float64",
        "mat": "numpy.asmatrix",
        "product": "numpy.prod",
        "asscalar": "lambda array: array.item()",
    }
)

_PASSED_ON = """
    abs append arange array asarray c_ concatenate copy cov dot exp eye hstack identity
    linspace loadtxt log maximum mean multiply ndarray newaxis ones ones_like outer pi power r_
    ravel reshape shape sign sqrt square std sum tanh transpose vstack where zeros zeros_like
"""  # by SciPy, of NumPy

HELPERS = f"""
import copy
import numpy as np

def {PREFIX}function(name):
    found = globals()
    first, _, rest = name.partition(".")
    return getattr(found[first], rest) if rest else found[first]

def {PREFIX}copy(value, copied=copy.deepcopy):
    try:
        return copied(value)
    except Exception:
        return value

def {PREFIX}range(*bounds, whole=range):
    found = whole(*bounds)
    return found[:{PREFIX}steps] if len(found) >= {LONG} else found

def {PREFIX}try(name, arrays, orders, most):
    function = {PREFIX}function(name)
    found = []
    for number, order in enumerate(orders):
        try:
            found.append((number, function(*({PREFIX}copy(arrays[index]) for index in order))))
        except Exception:
            pass
        if len(found) == most:
            break
    return found

def {PREFIX}tanh(z):
    return np.tanh(z)

def {PREFIX}tanh_prime(z):
    return 1 - np.tanh(z) ** 2

def {PREFIX}sigmoid(z):
    return 1 / (1 + np.exp(-z))

def {PREFIX}sigmoid_prime(z):
    return {PREFIX}sigmoid(z) * (1 - {PREFIX}sigmoid(z))

def {PREFIX}relu(z):
    return np.maximum(0, z)

def {PREFIX}relu_prime(z):
    return (z > 0) * 1.0

def {PREFIX}leaky_relu(z):
    return np.where(z > 0, z, 0.01 * z)

def {PREFIX}leaky_relu_prime(z):
    return np.where(z > 0, 1.0, 0.01)
"""  # functions and activations that are passed, and calls with arguments in several orders


def stubs_for(imported: frozenset[str], source: str = "") -> dict[str, str]:
    """Give the stand-ins for those of the imported modules that are the course's helpers.

    A module that sigmoid is imported from is one, too.

    >>> sorted(stubs_for(frozenset({"numpy", "planar_utils"})))
    ['planar_utils']
    """
    found = {name: STUBS[name] for name in imported if name in STUBS}
    special = "scipy" in imported and re.search(r"\bspecial\b", source)
    return found | _givers_of_sigmoid(source) | (_SCIPY if special else {})


def _givers_of_sigmoid(source: str) -> dict[str, str]:
    imports = re.findall(r"(?m)^[ \t]*from\s+(\w+)\s+import\s+(.*)$", source)
    givers = {module for module, names in imports if re.search(r"\bsigmoid\b", names)}
    return dict.fromkeys(givers - STUBS.keys() - _IN_CHILD, _ACTIVATIONS + _DATA)


def gone_from_numpy(source: str) -> tuple[str, ...]:
    """Name what a program reads from NumPy and some version of NumPy no longer has.

    >>> gone_from_numpy("np.zeros(3, dtype=np.float)")
    ('float',)
    """
    read = set(re.findall(r"\b(?:np|numpy)\.(\w+)", source))
    return tuple(name for name in sorted(GONE) if name in read)


def put_back(names: tuple[str, ...]) -> str:
    """Write a program that sets these names in NumPy as they once were, where they are gone."""
    lines = (f"if not hasattr(numpy, {n!r}):\n    numpy.{n} = {GONE[n]}\n" for n in names)
    return "import numpy\n" + "".join(lines)


def numpy_in_scipy(source: str) -> tuple[str, ...]:
    r"""Name what a program reads from SciPy that is NumPy's, as SciPy once passed it on.

    >>> numpy_in_scipy("import scipy as sp\nsp.zeros(3)\nsp.linalg.inv(a)")
    ('zeros',)
    """
    called = re.findall(r"(?m)^\s*import\s+scipy(?:\s+as\s+(\w+))?\s*$", source)
    names = "|".join(sorted({name or "scipy" for name in called}))
    read = set(re.findall(rf"\b(?:{names})\.(\w+)", source)) if names else set()
    read |= set(
        ", ".join(re.findall(r"(?m)^\s*from\s+scipy\s+import\s+([\w, ]+)", source)).split(", ")
    )
    return tuple(sorted(read & set(_PASSED_ON.split())))


def put_into_scipy(names: tuple[str, ...]) -> str:
    """Write a program that gives SciPy these names of NumPy, where it has them no longer."""
    lines = (f"if {n!r} not in vars(scipy):\n    scipy.{n} = numpy.{n}\n" for n in names)
    return "import numpy\nimport scipy\n" + "".join(lines)
