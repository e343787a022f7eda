# I don't trust numpy broadcasting, so I wrote the loops out like in the lecture.
# eps is there because log(0) gave me nan once.
import numpy as np

eps = 1e-8


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def propagate(w, b, X, Y):
    n = X.shape[0]
    m = X.shape[1]
    J = 0
    db = 0
    dw = np.zeros((n, 1))
    for i in range(m):
        z = b
        for j in range(n):
            z = z + w[j, 0] * X[j, i]
        a = sigmoid(z)
        y = Y[0, i]
        J += -(y * np.log(a + eps) + (1 - y) * np.log(1 - a + eps))
        dz = a - y
        for j in range(n):
            dw[j, 0] += X[j, i] * dz
        db += dz
    J /= m
    dw /= m
    db /= m
    return {"dw": dw, "db": db}, J


def predict(w, b, X):
    m = X.shape[1]
    Y_prediction = np.zeros((1, m))
    for i in range(m):
        p = sigmoid(np.dot(w[:, 0], X[:, i]) + b)
        if p > 0.5:
            Y_prediction[0, i] = 1
    return Y_prediction
