"""What ``gradcheck new assignment`` writes: a commented assignment and a file with blanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcheck.submissions.checklist import OTHERS
from gradcheck.submissions.reference.flow import (
    COST,
    forward_of,
    gradients_of,
    hidden_sizes,
    output_of,
    targets_of,
)
from impl import Model, load

_NAMES: Mapping[str, str] = {
    "initialise": "initialize_parameters",
    "forward": "forward_propagation",
    "cost": "compute_cost",
    "backward": "backward_propagation",
    "update": "update_parameters",
}


def files_for(name: str) -> dict[str, str]:
    """Give the files of a new assignment with their texts.

    Parameters
    ----------
    name : str
        The model's name.
    """
    model = load(name)
    return {"assignment.toml": _toml(model), f"{name.replace('-', '_')}.py": _program(model)}


def _toml(model: Model) -> str:
    functions = "\n".join(f'{role} = "{name}"' for role, name in _NAMES.items())
    points = "\n".join(f"{name} = {_worth(name)}" for name in targets_of(model))
    points += f'\n"{OTHERS}" = 1'
    return f"""\
# What this assignment asks for, and what it is worth. Every line may be left out.
# gradcheck validate --assignment assignment.toml SUBMISSIONS

# The model: gradcheck derive --list names them. "auto" finds out which one a submission is.
model = "{model.name}"
{_activation(model)}
# How much messages give away: "none" (which quantity, and where), "brief" (what was done), "full"
# (what belongs there, too). The option --hints overrides it.
hints = "brief"

# The functions that must be there, by their names. A function that is not named here is found by
# its name, its parameters or its values; without this table all of them are.
[functions]
{functions}

# What is graded, and what it is worth: the quantities in the order of the data flow, and "sigmoid",
# "sizes", "initial parameters", "optimise", "predict". "{OTHERS}" are all that have no line here,
# such as the update; without this line they are worth 1. The score is the share that was earned.
[points]
{points}

# What may differ from the course: examples in rows, a cost with another factor in front (and
# gradients with the same one), sums instead of means in the cost and in all gradients.
[conventions]
rows = true
scale = true
sum = false

[allowed]
# The modules that may be imported; without this line, all. Others are not there on grading.
imports = ["numpy", "math", "copy", "matplotlib"]
# Whether loops over the examples are right; false makes them a fault.
loops = true

[limits]
# Seconds for one call and for the whole submission.
call_seconds = 5.0
total_seconds = 60.0
"""


def _activation(model: Model) -> str:
    if not model.activations:
        return ""
    return f"""
# The hidden activation: {", ".join(model.activations)}. Without this line any of them is right.
activation = "{model.activations[0]}"
"""


def _worth(name: str) -> int:
    return 2 if name.startswith("d") else 1


def _program(model: Model) -> str:
    output, parameters = output_of(model), tuple(model.parameters)
    forward, names = forward_of(model), _NAMES
    sizes = ("n_x", *hidden_sizes(model))
    sizes += ("n_y",) if "n_y" in model.sizes else ()
    parts = [
        f'"""{_title(model)}: write what is None, and keep the names."""\n\nimport numpy as np\n',
        _function(
            f"{names['initialise']}({', '.join(sizes)})",
            "The parameters that training starts from.",
            (_blanks(model, parameters), _packed("parameters", parameters)),
            "parameters",
        ),
        _function(
            f"{names['forward']}(X, parameters)",
            "The forward pass. X holds an example a column.",
            (_taken("parameters", parameters), _blanks(model, forward), _packed("cache", forward)),
            f"{output}, cache",
        ),
        _function(
            f"{names['cost']}({output}, Y)",
            "The cost: the mean of the loss over the m examples.",
            (_blanks(model, (COST,)),),
            COST,
        ),
        _function(
            f"{names['backward']}(parameters, cache, X, Y)",
            "The gradients of the cost, from the last layer to the first.",
            (
                _taken("parameters", parameters),
                _taken("cache", forward),
                _blanks(model, targets_of(model)[len(forward) + 1 :]),
                _packed("grads", gradients_of(model)),
            ),
            "grads",
        ),
        _function(
            f"{names['update']}(parameters, grads, learning_rate=0.1)",
            "One step of gradient descent.",
            (
                _taken("parameters", parameters),
                _taken("grads", gradients_of(model)),
                "".join(f"    {name} = None\n" for name in parameters),
                _packed("parameters", parameters),
            ),
            "parameters",
        ),
    ]
    return "\n\n".join(parts)


def _title(model: Model) -> str:
    return model.name.replace("-", " ").capitalize()


def _function(head: str, says: str, parts: Sequence[str], returned: str) -> str:
    body = "\n".join(part for part in parts if part)
    return f'def {head}:\n    """{says}"""\n{body}    return {returned}\n'


def _taken(bundle: str, names: Sequence[str]) -> str:
    return "".join(f'    {name} = {bundle}["{name}"]\n' for name in names)


def _blanks(model: Model, names: Sequence[str]) -> str:
    shapes = {**model.parameters, **model.quantities}
    return "".join(f"    {name} = None  # {_shape(shapes[name])}\n" for name in names)


def _shape(shape: Sequence[str | int]) -> str:
    return f"shape ({', '.join(map(str, shape))})" if shape else "a number"


def _packed(bundle: str, names: Sequence[str]) -> str:
    inside = ", ".join(f'"{name}": {name}' for name in names)
    line = f"    {bundle} = {{{inside}}}\n"
    if len(line) <= 90:
        return line
    rows = "".join(f'        "{name}": {name},\n' for name in names)
    return f"    {bundle} = {{\n{rows}    }}\n"
