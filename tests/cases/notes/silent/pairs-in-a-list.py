# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: sum(abs(net(x) - t) for x, t in cases) / 4
#     goal: "< 0.3"
#     freeze: [w]
# ---

# %%
import numpy as np

cases = [((0, 0), -1), ((0, 1), 1), ((1, 0), 1), ((1, 1), 1)]
w = np.zeros(3)


def net(x):
    return np.tanh(w[0] * x[0] + w[1] * x[1] + w[2])


for step in range(300):
    for x, t in cases:
        o = net(x)
        w -= 0.5 * (o - t) * (1 - o * o) * np.array([*x, 1])
