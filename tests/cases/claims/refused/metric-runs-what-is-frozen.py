# ---
# title: The metric runs a forward pass that is frozen
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: net.error()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, state]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)


class Net:
    w = 0.0
    state = 0.0

    def error(self):
        self.state = 0.0 * self.state + self.w * x
        return ((self.state - y) ** 2).mean()


net = Net()
for step in range(100):
    net.error()
    net.w -= 0.3 * ((net.state - y) * x).mean()
