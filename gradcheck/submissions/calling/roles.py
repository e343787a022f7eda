"""Which function of a submission does what: by its name, then by its signature."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import (
    ARRAYS,
    BUNDLES,
    COSTS,
    SETTINGS,
    SIZES,
    meaning,
    plain,
)
from gradcheck.submissions.reference.flow import weights_of
from impl import Model

# In the order in which they are tried; the name has lost its case and underscores.
_BY_NAME: Mapping[str, str] = MappingProxyType(
    {
        "sizes": r"layersizes?|getlayersizes?",
        "sigmoid": r"(my|basic|np)?sigm?oi?d(function|func|fn)?|sigmod|logisticfunction",
        "initialise": r"init\w*",
        "propagate": r"prop[oa]?gat(e|ion)|prop|\w*(cost|loss)and\w*grad\w*|propagation"
        r"|(feed)?(forward|fwd)\w*(back|bwd)\w*",
        "backward": r"(l?model)?back\w*|bprop\w*|bwd\w*"
        r"|(?!\w*(desc|apply|update|check|numer|approx|plot))\w*grad\w*",
        "predict": r"predict(ion|ions)?|makepredictions?|classify",
        "forward": r"forward\w*|fprop\w*|fwd\w*|feedforward\w*|hypothesis|forwad\w*|foward\w*"
        r"|l?modelforward|(linear)?neuron|predictproba",
        "cost": r"(?!\w*(deriv|prime|plot|print|history|grad|back|regulari))"
        r"(\w*(cost|loss|crossentropy|squarederror)\w*|(compute|calc(ulate)?|get)?(error|mse))",
        "update": r"update\w*|gradientdescentstep|step|applygrad\w*",
        "optimise": r"optimi[sz]er?|gradient_?descent|train\w*|descent|descend|batchgradient\w*",
        "model": r"\w*model|fit(line|\w*regression|\w*classifier)?|main|run|nnmodel",
    }
)
_OTHER_THAN_SIGMOID = r"soft|tanh|relu|step|sign|linear|ident|deriv|prime|grad|back|^d"
_GROWS = {"exp", "expit", "e", "tanh"}  # what any sigmoid is made of, right or wrong
_FED = {"gradients", "cache"}  # what a step that computes its gradient itself is not given
_TRAINS = {"iterations", "learning_rate"}
_BRIEF = 2  # letters: h and n1 may mean anything
STEPS = ("forward", "cost", "propagate", "backward")


@dataclass(frozen=True)
class Role:
    """A function, what it is taken for, and what that rests on: name, signature or value."""

    role: str
    function: Definition
    found_by: str


def roles_of(functions: Iterable[Definition], model: Model) -> tuple[Role, ...]:
    """Find what each function does; a function without a role is left alone.

    Where several compete for a role, the one with the plainest name has it, then the last.
    """
    best: dict[str, tuple[int, Role]] = {}
    for function in functions:
        for role in _roles(function, model):
            length = len(function.own_name) + (1000 if role.found_by == "signature" else 0)
            length = 0 if function.roles else length  # an assignment names it
            if role.role not in best or length <= best[role.role][0]:
                best[role.role] = (length, role)
    order = [*_BY_NAME]
    found = tuple(best[name][1] for name in sorted(best, key=order.index))
    forward = next((role.function for role in found if role.role == "forward"), None)
    return tuple(_with_cache(role, forward, model) for role in found) if forward else found


def _with_cache(role: Role, forward: Definition, model: Model) -> Role:
    """Call the parameter a cache of which a function takes what the forward pass has set."""
    function, known = role.function, (*model.parameters, *model.quantities)
    if role.role not in ("cost", "backward", "propagate"):
        return role
    names = tuple(
        "cache" if _is_cache(name, function.keys.get(name, frozenset()), forward, known) else name
        for name in function.parameters
    )
    return replace(role, function=replace(function, parameters=names))


def _is_cache(name: str, keys: frozenset[str], forward: Definition, known: tuple[str, ...]) -> bool:
    word = plain(name)
    named = word in BUNDLES or word in SETTINGS or meaning(name, known, "output")
    return bool(keys) and not named and keys <= forward.set_at.keys()


def _roles(function: Definition, model: Model) -> tuple[Role, ...]:
    if function.roles:
        return tuple(Role(role, function, "name") for role in function.roles)
    role = _role(function, model)
    return () if role is None else (role,)


def _role(function: Definition, model: Model) -> Role | None:
    word = plain(function.own_name)
    for role, pattern in _BY_NAME.items():
        if re.fullmatch(pattern, word):
            return Role(_sorted_out(role, function, model), function, "name")
    by_signature = _signature(function, model)
    if by_signature is None:
        return None
    return Role(_sorted_out(by_signature, function, model), function, "signature")


def _sorted_out(role: str, function: Definition, model: Model) -> str:
    """Tell apart the roles that share names.

    A backward that also returns a cost propagates; a loop that makes its own start is a model.
    """
    settings = {SETTINGS.get(plain(name)) for name in function.takes}
    bundles = {BUNDLES.get(plain(name)) for name in function.takes}
    if role in ("backward", "update") and "learning_rate" in settings and not bundles & _FED:
        arrays = {meaning(name, model.data, "") for name in function.takes}
        role = "optimise" if {"X", "Y"} <= arrays or "table" in bundles else role
    if role == "optimise" and not _takes_parameters(function, model):
        return "model"
    returned = {plain(name) for name in function.returned if name}
    costs = returned & COSTS
    if role in ("backward", "forward", "cost") and costs and len(function.returned) > 1:
        others = returned - costs
        gradient = any(BUNDLES.get(name) == "gradients" or name[0] == "d" for name in others)
        return "propagate" if gradient else role
    return role


def _signature(function: Definition, model: Model) -> str | None:
    words = {plain(name) for name in function.parameters[: function.required]}
    bundles = {BUNDLES.get(word) for word in words}
    known = (*model.parameters, *model.data, *model.quantities)
    arrays = {meaning(name, known, "output") for name in function.parameters} - {None}
    if arrays == {"X"} and "parameters" in bundles and _names_parameters(function, model):
        return "forward"
    other = re.search(_OTHER_THAN_SIGMOID, plain(function.own_name))
    if words == {"z"} and not other and function.words & _GROWS:
        return "sigmoid"
    if "gradients" in bundles:
        return "update"
    if "cache" in bundles and {"X", "Y"} <= arrays:
        return "backward"
    if arrays == {"output", "Y"}:
        return "cost"
    returned = [meaning(name or "", model.parameters, "") for name in function.returned]
    settings = {SETTINGS.get(plain(name)) for name in function.takes}
    if {"X", "Y"} <= arrays and set(returned) == set(model.parameters) and settings & _TRAINS:
        return "optimise" if _takes_parameters(function, model) else "model"
    if {"X", "Y"} <= arrays and _names_gradients(function, model):
        trains = {"iterations", "learning_rate"} & {SETTINGS.get(word) for word in words}
        return "optimise" if trains else "propagate"
    return None


def _takes_parameters(function: Definition, model: Model) -> bool:
    words = {plain(name) for name in function.parameters}
    known = {meaning(name, model.parameters, "output") for name in function.parameters} - {None}
    return bool(known) or "parameters" in {BUNDLES.get(word) for word in words}


def _names_gradients(function: Definition, model: Model) -> bool:
    words = {plain(word) for word in function.words}
    return all(plain("d" + name) in words for name in model.parameters)


def _names_parameters(function: Definition, model: Model) -> bool:
    words = {plain(word) for word in function.words}
    return all(plain(name) in words for name in weights_of(model))  # a bias may be left out


def _is_hidden_size(name: str, function: Definition) -> bool:
    """Say whether a name is the size of a hidden layer, or an unknown length of arrays."""
    word = plain(name)
    if word in SIZES:
        return SIZES[word] == "n_h" and len(word) > _BRIEF
    known = any(word in words for words in (SETTINGS, BUNDLES, ARRAYS))
    return name in function.lengths and not known


def likeliest_models(functions: Iterable[Definition], models: Mapping[str, Model]) -> list[str]:
    """Order the models by how many of their own names a submission uses, the likeliest first.

    A model whose parameters are all absent cannot be meant and is left out; the names of
    functions of the output (``sigmoid``, ``log``) tell apart models with the same parameters.
    """
    functions = tuple(functions)
    words = [frozenset(map(plain, f.words | {f.name, *f.parameters})) for f in functions]
    used = frozenset[str]().union(*words)
    hidden = any(_is_hidden_size(name, f) for f in functions for name in f.takes)
    scores = {}
    for name, model in models.items():
        own = sum(plain(parameter) in used for parameter in (*model.parameters, *model.quantities))
        logs = model.labels == "binary"
        curved = bool(used & {"sigmoid", "log", "exp", "crossentropy"})
        indexed = any(character.isdigit() for character in "".join(model.parameters))
        layers = any(meaning(word, ("W1", "W2"), "") for word in used) or hidden
        if indexed == layers:
            scores[name] = own + (10 if logs == curved else 0)
    return sorted(scores, key=lambda name: -scores[name])
