# ---
# title: Q-learning
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It walks to the goal
#     metric: walk()
#     goal: "<= 6"
#     seeds: 5
#     freeze: [Q]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
Q = 0.01 * rng.normal(size=(6, 2))
for episode in range(200):
    state = 0
    while state < 5:
        action = rng.integers(2) if rng.random() < 0.5 else Q[state].argmax()
        new = max(0, state - 1) if action == 0 else state + 1
        reward = 1.0 if new == 5 else 0.0
        best = 0.0 if new == 5 else Q[new].max()
        Q[state, action] += 0.5 * (reward + 0.9 * best - Q[state, action])
        state = new


def walk():
    state, steps = 0, 0
    while state < 5 and steps < 40:
        state = max(0, state - 1) if Q[state].argmax() == 0 else state + 1
        steps += 1
    return steps
