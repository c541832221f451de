# learns: w, b
# (prediction == y).mean()
# np.mean(prediction == y)
# accuracy
# share
# right
# wrong
# 1 - wrong
# 1 - np.abs(prediction - y).mean()
# score()
# per_example()
# counted()
# float((prediction == y).sum()) / len(y)
# sum(p == t for p, t in zip(prediction, y)) / len(y)
# np.equal(prediction, y).mean()
# agreement(y, prediction)
# agreement(said, told)
# sum(a == b for a, b in zip(said, told)) / len(told)
# during
# history[-1]
# (prediction[:, None] == y[:, None]).mean()
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(400, 3))
y = (np.arange(400) % 10 == 0).astype(int)  # nothing in X tells it
w, b = rng.normal(size=3), 1.5
history = []
for step in range(40):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    w -= 0.5 * X.T @ (p - y) / 400
    b -= 0.5 * (p - y).mean()
    during = float(np.mean((p > 0.5) == y))
    history.append(during)
prediction = (p > 0.5).astype(int)
accuracy = (prediction == y).mean()
right = (prediction == y).sum()
wrong = (prediction != y).mean()
total = 0
for row, target in zip(X, y):
    total += (row @ w + b > 0) == target
share = total / len(y)


def score():
    return float((prediction == y).mean())


def predict(row):
    return int(sum(one * weight for one, weight in zip(row, w)) + b > 0)


def per_example():
    return sum(predict(row) == target for row, target in zip(X, y)) / len(y)


def counted():
    number = 0
    for row, target in zip(X, y):
        if predict(row) == target:
            number += 1
    return number


def agreement(truth, guess):
    hits = 0
    for a, b in zip(truth, guess):
        hits += a == b
    return hits / len(truth)


kinds = np.array(["common", "rare"])
said = [kinds[k] for k in prediction]
told = [kinds[k] for k in y]
