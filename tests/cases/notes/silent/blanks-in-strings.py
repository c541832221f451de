# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: loss + 1 - accuracy
#     goal: "< 0.1"
#     freeze: [w, v]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.normal(size=50)
y = 3 * x
positive = x > 0
w = rng.normal()
v = rng.normal()
for step in range(200):
    error = w * x - y
    w -= 0.1 * (error * x).mean()
    v -= 0.1 * ((1 / (1 + np.exp(-v * x)) - positive) * x).mean()
loss = (error**2).mean()
accuracy = ((v * x > 0) == positive).mean()

print("name                                value")
print(f"{'a':30}                              {w:.3f}", "                              ")
print("                                        two columns", end="\n")
table = {
    "a": 1,                            # a comment far to the right
    "b": 2,
}
values = np.array([1.0,
                             2.0,
                             3.0])
picture = """
                            *                          *
        *                                                              *
"""
