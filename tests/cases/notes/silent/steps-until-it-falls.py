# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: steps(mean)
#     goal: "> 150"
#     freeze: [mean, spread]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)


def steps(w):
    x = np.array([0.0, 0.1])
    for t in range(200):
        x = x + 0.1 * np.array([x[1], x[0] - np.sign(w @ x)])
        if abs(x[0]) > 1:
            return t
    return 200


mean, spread = np.zeros(2), np.ones(2)
for generation in range(9):
    samples = mean + spread * rng.normal(size=(20, 2))
    best = samples[np.argsort([-steps(w) for w in samples])[:5]]
    mean, spread = best.mean(axis=0), best.std(axis=0) + 0.01
