# ---
# title: A step that returns its loss as well
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x + b - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



def step(w, b):
    error = w * x + b - y
    return (error**2).mean(), w - 0.3 * (error * x).mean(), b - 0.3 * error.mean()


w, b, losses = 0.0, 0.0, []
for _ in range(300):
    loss, w, b = step(w, b)
    losses.append(loss)
print(losses[-1])
