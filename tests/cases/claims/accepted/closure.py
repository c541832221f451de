# ---
# title: A closure
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((predict() - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



def make():
    w = b = 0.0

    def predict():
        return w * x + b

    def step(rate):
        nonlocal w, b
        error = predict() - y
        w = w - rate * (error * x).mean()
        b = b - rate * error.mean()

    return predict, step


predict, step = make()
for _ in range(300):
    step(0.3)
