# ---
# title: A gradient that is checked
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: loss(w)
#     goal: "< 0.1"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(27)
X = rng.normal(size=(80, 3))
y = X @ np.array([2.0, -1.0, 0.5])


def loss(w):
    return float(np.mean((X @ w - y) ** 2))


def slopes(w):
    return 2 * X.T @ (X @ w - y) / len(y)


def felt(w, nudge=1e-5):
    found = np.zeros_like(w)
    for i in range(w.size):
        old = w[i]
        w[i] = old + nudge
        higher = loss(w)
        w[i] = old - nudge
        lower = loss(w)
        w[i] = old
        found[i] = (higher - lower) / (2 * nudge)
    return found


w = rng.normal(size=3) * 3
assert np.allclose(felt(w), slopes(w), atol=1e-4)
for step in range(150):
    w -= 0.05 * slopes(w)
