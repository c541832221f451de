# ---
# title: The metric trains
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: net.score(x, y)
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



class Net:
    w = 0.0
    b = 0.0

    def score(self, x, y):
        for step in range(300):
            error = self.w * x + self.b - y
            self.w -= 0.3 * (error * x).mean()
            self.b -= 0.3 * error.mean()
        return (error**2).mean()


net = Net()
