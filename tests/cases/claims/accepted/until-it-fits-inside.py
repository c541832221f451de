# ---
# title: Until it fits, inside a function
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((weights[0] * x + weights[1] - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



def train(rate):
    w, b, steps = 0.0, 0.0, 0
    while True:
        for part in range(2):
            error = (w * x + b - y)[part::2]
            w -= rate * (error * x[part::2]).mean()
            b -= rate * error.mean()
            steps += 1
        if (error**2).mean() < 0.02:
            break
    return w, b


results = []
for rate in [0.1, 0.3]:
    results.append(train(rate))
weights = results[-1]
