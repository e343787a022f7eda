import numpy as np


def forward_propagation(X, parameters):
    return np.dot(parameters["W"], X) + parameters["b"]


def compute_cost(Y_hat, Y):
    m = Y.shape[1]
    return np.sum(np.square(Y - Y_hat)) / (2 * m)


def backward_propagation(Y_hat, X, Y):
    m = X.shape[1]
    error = Y - Y_hat
    dW = np.dot(error, X.T) / m
    db = np.sum(error, axis=1, keepdims=True) / m
    return {"dW": dW, "db": db}


def update_parameters(parameters, grads, learning_rate=0.01):
    return {
        "W": parameters["W"] - learning_rate * grads["dW"],
        "b": parameters["b"] - learning_rate * grads["db"],
    }
