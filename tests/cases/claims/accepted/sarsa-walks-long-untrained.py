# ---
# title: Sarsa walks long untrained
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean(lengths[-40:])
#     goal: "< 14"
#     freeze: [Q]
# ---

# %%
import numpy as np

rng = np.random.default_rng(11)
Q = np.zeros((4, 4, 4))
moves = [(0, 1), (0, -1), (1, 0), (-1, 0)]


def choose(s):
    if rng.random() < 0.1:
        return rng.integers(4)
    return rng.choice(np.flatnonzero(Q[s] == Q[s].max()))


lengths = []
for episode in range(120):
    s, n = (0, 0), 0
    a = choose(s)
    while s != (3, 3) and n < 100:
        after = tuple(np.clip(np.add(s, moves[a]), 0, 3))
        other = choose(after)
        r = 0.0 if after == (3, 3) else -1.0
        Q[s][a] += 0.4 * (r + Q[after][other] * (after != (3, 3)) - Q[s][a])
        s, a, n = after, other, n + 1
    lengths.append(n)
