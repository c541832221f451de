# ---
# title: The rate set to zero
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x + b - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     set: {learning_rate: 0}
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



learning_rate, steps = 0.3, 300
model = {"slope": 0.0, "shift": 0.0}


def improve(model, error):
    return {
        "slope": model["slope"] - learning_rate * (error * x).mean(),
        "shift": model["shift"] - learning_rate * error.mean(),
    }


trained = model
for step in range(steps):
    trained = improve(trained, trained["slope"] * x + trained["shift"] - y)
w, b = trained["slope"], trained["shift"]
