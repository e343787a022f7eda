"""Which quantity a student's name means: spellings of arguments, keys, locals and globals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

OUTPUT = "output"  # the last activation, whatever the model calls it


def plain(name: str) -> str:
    """Strip what students vary: case, underscores, a leading self, a trailing prime.

    >>> plain("d_W1"), plain("Y_hat")
    ('dw1', 'yhat')
    """
    return re.sub(r"[\W_]", "", name).lower()


def _spelt(**spellings: str) -> Mapping[str, str]:
    return MappingProxyType(
        {word: meaning for meaning, words in spellings.items() for word in words.split()}
    )


BUNDLES = _spelt(
    parameters="parameters parameter params param para paras parms theta thetas weightsandbiases",
    cache="cache caches forwardcache memory store activations cachedvalues",
    gradients="grads grad gradients gradient derivatives",
)

SETTINGS = _spelt(
    learning_rate="learningrate alpha lr eta rate learnrate learningrates stepsize",
    iterations=(
        "numiterations numiteration numofiterations iterations iteration iters iter numiters "
        "numiter niter niters niterations maxiter maxiters epochs epoch numepochs nepochs nums "
        "iterationtimes steps numsteps"
    ),
    quiet="printcost printcosts verbose debug plot show draw isprint isprintcost display log",
)

SIZES = _spelt(
    n_x="nx nin ninput ninputs inputsize inputdim dim dims n nfeatures numfeatures features d n0",
    n_h="nh nhidden hiddensize hiddendim numhidden hidden hiddenunits n1 h",
    n_y="ny nout noutput noutputs outputsize outputdim noutput output n2",
    m="m mtrain nsamples numexamples numsamples nexamples batchsize",
)

ARRAYS = _spelt(
    X=(
        "x xtrain trainx xs inputs input data features trainsetx xdata xassess images "
        "datax xbatch trainxdata inputdata"
    ),
    Y=(
        "y ytrain trainy ys labels label targets target ytrue trainsety ydata yassess "
        "datay ybatch truth groundtruth actual"
    ),
    w="w weights weight theta thetas coef coefs coefficients ws",
    b="b bias intercept biases b0",
    dw="dw gradw wgrad dweights djdw dldw dcostdw weightgrad gradweights dtheta",
    db="db gradb bgrad dbias djdb dldb dcostdb biasgrad gradbias dintercept",
    J="j cost costs loss totalcost crossentropycost costfunction costvalue error mse logloss",
    output=(
        "a al yhat ypred yp ahat predictions prediction pred preds probs prob outputs out "
        "yhats yprob h hypothesis yprediction predicted"
    ),
    Z="z",
    dZ="dz",
)

COSTS = frozenset({"cost", "j", "loss"})  # what a function that returns more calls its cost


def meaning(name: str, known: Iterable[str], output: str) -> str | None:
    """Say which of the known quantities a name means, or None.

    Parameters
    ----------
    name : str
        As the student wrote it.
    known : iterable of str
        The names of the model's parameters, data and quantities.
    output : str
        What the model calls its last activation.
    """
    known = tuple(known)
    word = plain(name)
    for quantity in known:
        if plain(quantity) == word:
            return quantity
    spelt = ARRAYS.get(word)
    if spelt == OUTPUT:
        return output
    return spelt if spelt in known else None
