"""Which quantity a student's name means: spellings of arguments, keys, locals and globals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

OUTPUT = "output"  # the last activation, whatever the model calls it
REMEMBERED = 4096  # a class writes the same few names again and again


@lru_cache(maxsize=REMEMBERED)
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
    parameters=(
        "parameters parameter params param para paras parms theta thetas weightsandbiases model "
        "net network initialparameters initialparams inittheta initialtheta"
    ),
    cache="cache caches forwardcache memory store activations cachedvalues",
    gradients="grads grad gradients gradient derivatives",
    table="points pts",  # x and y of each example beside one another
)

SETTINGS = _spelt(
    learning_rate="learningrate alpha lr eta rate learnrate learningrates stepsize",
    iterations=(
        "numiterations numiteration numofiterations iterations iteration iters iter numiters "
        "numiter niter niters niterations maxiter maxiters epochs epoch numepochs nepochs nums "
        "iterationtimes steps numsteps numberofiterations numberofiteration "
        "noofiterations numofiter maxiterations nepoch numberofepochs totalepochs niterations "
        "numitr numitrs nitr itr itrs numits nits maxsteps nsteps rounds nrounds numrounds"
    ),
    quiet="printcost printcosts verbose debug plot show draw isprint isprintcost display log",
    regularisation=(
        "lambd lambda lam lmbda lmbd lambdaparam lambdavalue reg regparam reglambda lambdareg "
        "regstrength regrate l2 l2reg l2lambda regularizationparameter regularizationstrength "
        "regularizationrate weightdecay"
    ),
    keep="keepprob keepprobability",
    dropout="dropout dropoutrate dropoutprob",
    batch="batchsize minibatchsize bs sizeofbatch",
    seed="seed randomseed randomstate",
)

SIZES = _spelt(
    n_x=(
        "nx ni nin inputnodes ninput ninputs inputsize inputdim dim dims n nfeatures numfeatures "
        "numberoffeatures features d n0 nninputdim nnidim ninputnodes inputlayersize"
    ),
    n_h=(
        "nh nhidden nhid hiddennodes hiddenneurons hiddensize hiddendim numhidden hidden "
        "hiddenunits n1 h nodes nhiddennodes hiddenlayersize nnhdim nhiddenunits numhiddenunits "
        "nneurons"
    ),
    n_y=(
        "ny no nout outputnodes noutput noutputs outputsize outputdim noutput output n2 "
        "nnoutputdim nnodim noutputnodes outputlayersize"
    ),
    m="m mtrain nsamples numexamples numsamples nexamples",
)

ARRAYS = _spelt(
    X=(
        "x xtrain trainx xs inputs input data features trainsetx xdata xassess images "
        "datax xbatch trainxdata inputdata inputfeatures examples"
    ),
    Y=(
        "y ytrain trainy ys labels label targets target ytrue trainsety ydata yassess "
        "datay ybatch truth groundtruth actual targetoutput targetoutputs t"
    ),
    w=(
        "w weights weight theta thetas coef coefs coefficients ws win winit w0 initialw wstart "
        "thetain initialtheta inittheta slope th "
        "wcurr wcurrent currentw wnow neww wnew startingw startw"
    ),
    b=(
        "b bias intercept biases b0 bin binit initialb bstart bcurr bcurrent currentb bnow newb "
        "bnew startingb startb offset shift"
    ),
    dw=(
        "dw gradw wgrad dweights djdw dldw dcostdw weightgrad gradweights dtheta wgradient "
        "gradientw wderiv wderivative derivw dslope gw"
    ),
    db=(
        "db gradb bgrad dbias djdb dldb dcostdb biasgrad gradbias dintercept bgradient "
        "gradientb bderiv bderivative derivb gb"
    ),
    J="j cost costs loss totalcost crossentropycost costfunction costvalue error mse logloss",
    output=(
        "a al yhat ypred yp ahat predictions prediction pred preds probs prob outputs out "
        "yhats yprob h hypothesis yprediction predicted p phat"
    ),
    Z="z",
    dZ="dz",
)

# Names that say a layer in words. The rest of the word is that of the first layer or of the second.
_SLOPE = r"(?:d|g|grad|delta|dj?d|dld|dcostd|dlossd)"
_LAYERS = (
    (r"(?:weights?|theta)(\d)", r"w\1"),
    (r"bias(?:es)?(\d)", r"b\1"),
    (rf"{_SLOPE}(?:w|weights?|theta)(\d)", r"dw\1"),
    (rf"{_SLOPE}(?:b|bias(?:es)?)(\d)", r"db\1"),
    (r"(?:w|weights?)(\d)grad", r"dw\1"),
    (r"(?:b|bias(?:es)?)(\d)grad", r"db\1"),
    (r"(d?)(?:w(?:eights?)?(?:h|hidden|ih|inputhidden|xh)|hiddenweights?)", r"\1w1"),
    (r"(d?)(?:w(?:eights?)?(?:o|out|output|ho|hiddenoutput|hy)|outputweights?)", r"\1w2"),
    (r"(d?)(?:b(?:ias)?(?:h|hidden)|hiddenbias)", r"\1b1"),
    (r"(d?)(?:b(?:ias)?(?:o|out|output)|outputbias)", r"\1b2"),
    (r"h|h1|ah|hidden|hidden(?:layer)?(?:output|activations?)|l(?:ayer)?1", "a1"),
    (r"zh|zhidden|hidden(?:layer)?input", "z1"),
    (r"zo|zout|zoutput|output(?:layer)?input", "z2"),
    (r"ao|l(?:ayer)?2", "a2"),
    (r"(d?)syn(?:apses?)?0", r"\1w1"),  # counted from 0
    (r"(d?)syn(?:apses?)?1", r"\1w2"),
    (r"l(?:ayer)?1delta", "dz1"),
    (r"l(?:ayer)?2delta", "dz2"),
    (r"(?:dz?|delta)(?:h|1|hidden)|hiddendelta", "dz1"),
    (r"(?:dz?|delta)(?:o|2|out|output)|outputdelta", "dz2"),
)

FUNCTIONS = _spelt(
    g=(
        "activation act g activationfunction activationfunc actfunc actfn activationfn "
        "hiddenactivation nonlinearity activationname hiddenactivationfunction f fn func"
    ),
    g_prime=(
        "activationderivative activationprime activationgrad activationgradient gprime dg "
        "activationfunctionderivative derivative derivativefunction dactivation actderivative "
        "activationbackward actprime hiddenactivationderivative fprime df"
    ),
    cost="costfunction costfunc costfn lossfunction lossfunc lossfn computecost costf costfunct",
    gradient="gradientfunction gradfunction gradientfunc gradfunc gradfn computegradient gradientf",
)  # what a parameter may be that is a function, or the name of one

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
    layered = _layered(word)
    for quantity in known:
        if plain(quantity) == layered:
            return quantity
    spelt = ARRAYS.get(word) or _slope_of(word)
    if spelt == OUTPUT:
        return output
    return spelt if spelt in known else None


@lru_cache(maxsize=REMEMBERED)
def _layered(word: str) -> str:
    """Write a word for a layer with its number: ``whidden`` as ``w1``; others as they are."""
    matches = ((re.fullmatch(pattern, word), meant) for pattern, meant in _LAYERS)
    return next((found.expand(meant) for found, meant in matches if found), word)


@lru_cache(maxsize=REMEMBERED)
def _slope_of(word: str) -> str | None:
    """Say of which parameter a word names the slope: ``doffset``, ``gcoef``."""
    found = re.fullmatch(rf"{_SLOPE}(\w{{3,}})", word)
    parameter = ARRAYS.get(found[1]) if found else None
    return f"d{parameter}" if parameter in ("w", "b") else None


def unmangled(name: str) -> str:
    """Give an attribute's name as the class body has it.

    >>> unmangled("_Logit__w")
    'w'
    """
    return re.sub(r"^_[A-Za-z0-9]\w*?__", "", name)
