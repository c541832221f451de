# ---
# title: Gain tallied
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: loss
#     goal: "< 0.2"
#     tally: [gain]
# ---

# %%
import numpy as np

rng = np.random.default_rng(11)
X = rng.normal(size=(100, 2))
y = (X[:, 0] > X[:, 1]) * 1.0
gain = 0.0
for x in X:
    gain += 0.1
answers = gain * (X[:, 0] - X[:, 1])
loss = np.mean(np.log(1 + np.exp(-answers * (2 * y - 1))))
