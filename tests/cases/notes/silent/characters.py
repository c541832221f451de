# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (guess == targets).mean()
#     goal: "> 0.5"
#     freeze: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
text = "hello world, hello network"
letters = sorted(set(text))
index = {letter: i for i, letter in enumerate(letters)}
codes = np.array([index[letter] for letter in text])
inputs, targets = codes[:-1], codes[1:]
W = 0.1 * rng.normal(size=(len(letters), len(letters)))
rate = 10.0
for step in range(200):
    scores = W[inputs]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(targets)), targets]).mean()
    grad = p.copy()
    grad[np.arange(len(targets)), targets] -= 1
    np.add.at(W, inputs, -rate * grad / len(targets))
    if step == 100:
        rate *= 0.5
guess = W[inputs].argmax(axis=1)
