# ---
# title: Hill climbing
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((best[0] * x + best[1] - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [best]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



def loss(weights):
    return ((weights[0] * x + weights[1] - y) ** 2).mean()


best = np.zeros(2)
for step in range(800):
    candidate = best + 0.1 * rng.normal(size=2)
    if loss(candidate) < loss(best):
        best = candidate
