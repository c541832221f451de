# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: accuracy(params, test)
#     goal: "> 0.8"
#     freeze: [W0, W1]
# ---

# %%
import numpy as np


def make_data(rng, count):
    labels = rng.integers(0, 2, count)
    angle = np.pi * rng.random(count)
    x = np.where(labels, 1 - np.cos(angle), np.cos(angle))
    z = np.where(labels, 0.5 - np.sin(angle), np.sin(angle))
    return np.stack([x, z, np.ones(count)], axis=1), labels


def forward(params, inputs):
    hidden = np.tanh(inputs @ params["W0"])
    return hidden, 1 / (1 + np.exp(-hidden @ params["W1"]))


def accuracy(params, data):
    inputs, labels = data
    _, output = forward(params, inputs)
    return ((output > 0.5) == labels).mean()


rng = np.random.default_rng(1)
train, test = make_data(rng, 200), make_data(rng, 200)
params = {"W0": rng.normal(size=(3, 8)), "W1": rng.normal(size=8)}
for step in range(500):
    inputs, labels = train
    hidden, output = forward(params, inputs)
    error = (output - labels) / len(labels)
    back = np.outer(error, params["W1"]) * (1 - hidden**2)
    params["W1"] -= 2 * hidden.T @ error
    params["W0"] -= 2 * inputs.T @ back
