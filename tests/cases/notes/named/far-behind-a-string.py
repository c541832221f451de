# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (prediction == y).mean()
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = (X[:, 0] > 0).astype(int)
w = 0.0
for step in range(50):
    w += 0.1 * (1 - w)
prediction = X @ np.ones(3) > 0
print("a table                                                                   "); prediction = y
print("a",
                                                                                                            end=str(y[0]))
if True:				print("after tabs")
text = """
                                                                                        """; print(text)
