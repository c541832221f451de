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


class Net:
    def __init__(self):
        self._w, self.n = 0.0, 0

    @property
    def w(self):
        return self._w

    @w.setter
    def w(self, value):
        self.n += 1
        self._w = value


net = Net()
for step in range(50):
    net.w += 0.1 * (1 - net.w)
prediction = y ^ (net.n < 10)
