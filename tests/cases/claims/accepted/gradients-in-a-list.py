# ---
# title: Gradients in a list
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



def predict(**weights):
    return weights["w"] * x + weights["b"]


w, b = 0.0, 0.0
for step in range(300):
    slopes = []
    for row in [x, np.ones(100)]:
        slopes.append(((predict(w=w, b=b) - y) * row).mean())
    w -= 0.3 * slopes[0]
    b -= 0.3 * slopes[1]
