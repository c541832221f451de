# ---
# title: Attributes by name
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((m.w * x + m.b - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



from dataclasses import dataclass


@dataclass
class Model:
    w: float = 0.0
    b: float = 0.0


m = Model()
for step in range(300):
    error = m.w * x + m.b - y
    setattr(m, "w", m.w - 0.3 * (error * x).mean())
    m.b = m.b - 0.3 * error.mean()
