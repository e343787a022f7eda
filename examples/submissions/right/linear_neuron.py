"""One neuron without activation, squared loss. W is (1, n_x)."""
import numpy as np


def initialize_parameters(n_x):
    W = np.random.randn(1, n_x) * 0.01
    b = np.zeros((1, 1))
    return {"W": W, "b": b}


def forward_propagation(X, parameters):
    W = parameters["W"]
    b = parameters["b"]
    Z = np.matmul(W, X) + b
    Y_hat = Z
    return Y_hat


def compute_cost(Y_hat, Y):
    m = Y.shape[1]
    cost = np.sum((Y_hat - Y) ** 2) / (2 * m)
    return cost


def backward_propagation(Y_hat, X, Y):
    m = X.shape[1]
    dZ = Y_hat - Y
    dW = 1 / m * np.dot(dZ, X.T)
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    return {"dW": dW, "db": db}


def update_parameters(parameters, grads, learning_rate=1.2):
    W = parameters["W"] - learning_rate * grads["dW"]
    b = parameters["b"] - learning_rate * grads["db"]
    return {"W": W, "b": b}
