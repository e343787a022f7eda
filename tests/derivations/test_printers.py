"""What is printed: code that has the shape of its formula, and the course's notation."""

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation, Evidence, Statement, Topic
from derivations.engine.evidence import in_numbers
from derivations.engine.printers.latex import latex
from derivations.engine.printers.markdown import as_markdown
from derivations.engine.printers.numpy_code import as_numpy, numpy_code
from derivations.engine.printers.text import as_text
from derivations.engine.prove import prove
from derivations.engine.vocabulary import (
    abstract,
    d,
    data,
    define,
    exp,
    leaky_relu,
    log,
    parameter,
    prime,
    relu,
    sigmoid,
    sizes,
    sum_columns,
    sum_rows,
    tanh,
    total,
)

n, m = sizes("n m")
X, W, b = data("X", n, m), parameter("W", n, n), parameter("b", n, 1)
other = data("Other", m, n)


def test_code_has_the_shape_of_its_formula() -> None:
    """What NumPy would leave small is spread explicitly, where nothing else makes it large."""
    wide = ex.Spread(b, (n, m))
    assert numpy_code(wide) == "np.broadcast_to(b, (n, m))"
    assert numpy_code(wide + 2 * wide) == "np.broadcast_to(b + 2 * b, (n, m))"
    assert numpy_code(wide + X) == "b + X"
    assert numpy_code(ex.Ones((n, m))) == "np.ones((n, m))"
    assert numpy_code(3 * ex.Ones((n, m)) @ other) == "np.dot(3 * np.ones((n, m)), Other)"
    assert numpy_code((X + 3).T) == "(X + 3).T"


def test_derivatives_of_functions_print_as_code() -> None:
    """Each known derivative has a form on Z, and one on A = f(Z) where the pass names it."""
    forms = {f: numpy_code(prime(f)(X)) for f in (log, exp, sigmoid, tanh, relu, leaky_relu)}
    assert list(forms.values()) == [
        "1 / X",
        "np.exp(X)",
        "sigmoid(X) * (1 - sigmoid(X))",
        "1 - np.power(np.tanh(X), 2)",
        "np.where(X > 0, 1, 0)",
        "np.where(X > 0, 1, 0.01)",
    ]
    assert numpy_code(prime(exp)(X), [define("E", exp(X))]) == "E"
    assert numpy_code(d(X)) == "dX"
    assert numpy_code(W @ X * prime(relu)(X)) == "np.dot(W, X) * (X > 0)"
    assert numpy_code(prime(relu)(X) * prime(relu)(b)).count("np.where") == 2


def test_steps_of_relu_add_up_as_numbers() -> None:
    """Two truth values added would be "or": printed code adds numbers, and the proofs agree."""
    model = Derivation("two", "Two", define("J", total(relu(W) + relu(W + b))))
    result = prove(model)
    assert result.holds
    assert numpy_code(result.steps[0].formula).count("np.where") == 2


def test_sums_print_as_latex() -> None:
    """Sums carry their indices: over examples, over rows, of a named array or of an expression."""
    printed = [
        latex(node) for node in (total(X * X), sum_rows(X), sum_columns(X + b), prime(exp)(X))
    ]
    assert printed == [
        r"\sum_{i=1}^{m} \sum_{k=1}^{n} \left(\left(X\right)^{2}\right)^{(i)}_{k}",
        r"\sum_{k=1}^{n} X_{k}",
        r"\sum_{i=1}^{m} \left(X + b\right)^{(i)}",
        r"\exp^{\prime}(X)",
    ]


def test_latex_brackets_what_would_be_misread() -> None:
    """Products of matrices bind before *, and a minus sign never follows a factor."""
    U = data("U", n, n)
    printed = [
        latex(node)
        for node in (W @ (U * U.T), W @ -U, W * -U, (W @ U) * U.T, sizes("k")[0] * (2 * -U))
    ]
    assert printed == [
        r"W \left(U * U^{T}\right)",
        r"W \left(-U\right)",
        r"W * \left(-U\right)",
        r"W U * U^{T}",
        r"k \left(2 \left(-U\right)\right)",
    ]
    assert latex((m + 1) * X) == r"\left(m + 1\right) X"
    assert latex(total(X) * b) == r"\left(\sum_{i=1}^{m} \sum_{k=1}^{n} X^{(i)}_{k}\right) * b"


def test_latex_of_ones_and_long_names() -> None:
    """Ones in a product of matrices are an array; a name of several letters is one word."""
    assert latex(ex.Ones((n, 1)) @ b.T) == r"\mathbf{1}_{n \times 1} b^{T}"
    assert latex(data("learning_rate", n, m)) == r"\mathrm{learning\_rate}"


def test_prefix_and_reflected_operators_read_as_written() -> None:
    """1 − A, 2·A, 1/A and −A print as a student would write them."""
    printed = [numpy_code(node) for node in (1 - X, 2 * X, 1 / X, -X, 1 + X, X * 1 - b)]
    assert printed == ["1 - X", "2 * X", "1 / X", "-X", "1 + X", "X - b"]


def test_the_step_of_the_course_in_its_notation() -> None:
    """Layers are superscripts, a hat is a hat, and g′ stands at Z."""
    from derivations import shallow_network as net

    formula = net.W2.T @ d(net.Z2) * prime(net.g1)(net.Z1)
    assert latex(formula) == r"W^{[2]T} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})"
    code = "np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))"
    assert numpy_code(formula, net.DERIVATION.quantities) == code
    assert latex(d(define("Yhat", X))) == r"d\hat{Y}"
    assert latex((X + 1).T) == r"\left(X + 1\right)^{T}"


def test_nothing_prints_as_nothing() -> None:
    """Without results there are no proofs whose meaning would have to be told."""
    assert (as_text([]), as_markdown([])) == ("", "")


def test_arguments_and_meanings_are_told() -> None:
    """A claim's own argument is printed in words, and once at the end what each mark means."""
    topic = Topic(
        "t", "T", (Statement("x", "true", lambda: Evidence((in_numbers(True, "seen"),))),)
    )
    text, page = as_text([prove(topic)]), as_markdown([prove(topic)])
    assert "numeric: seen" in text
    assert "- x, numeric: seen" in page
    for told in (text, page):
        assert told.count("random") == 2


def test_code_says_what_stands_for_an_abstract_function() -> None:
    """Where tanh is printed for g, each format says so."""
    g = abstract("g")
    result = prove(Derivation("own", "Own", define("J", total(g(W)))))
    for told in (as_text([result]), as_markdown([result]), as_numpy([result])):
        assert "g is any differentiable function; tanh stands for it in the code" in told
