# ---
# title: Two dimensional gan
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(shift - np.array([2.0, 3.0])).max()
#     goal: "< 1.0"
#     seeds: 5
#     freeze: [shift, w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(7)
real = rng.normal(size=(500, 2)) + np.array([2.0, 3.0])
shift, w, b = np.zeros(2), np.zeros(2), 0.0
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for step in range(1000):
    r, f = real[rng.integers(0, 500, 32)], rng.normal(size=(32, 2)) + shift
    gr, gf = 1 - sigmoid(r @ w + b), -sigmoid(f @ w + b)
    w = 0.98 * w + 0.1 * ((gr[:, None] * r).mean(0) + (gf[:, None] * f).mean(0))
    b = 0.98 * b + 0.1 * (gr.mean() + gf.mean())
    shift = shift + 0.05 * (1 - sigmoid(f @ w + b)).mean() * w
