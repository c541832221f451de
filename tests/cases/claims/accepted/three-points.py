# ---
# title: Three points
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(a * grid + b - (2 * grid + 1)).max()
#     goal: "< 0.2"
#     freeze: [a, b]
# ---

# %%
import numpy as np

x = np.array([0.0, 1.0, 2.0])
t = np.array([1.0, 3.0, 5.0])
grid = np.linspace(0, 2, 50)
a, b = 0.0, 0.0
for step in range(500):
    error = a * x + b - t
    a -= 0.1 * np.mean(error * x)
    b -= 0.1 * np.mean(error)
