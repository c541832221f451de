# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: total / 1000
#     goal: "> 0.6"
#     freeze: [values]
# ---

# %%
import random

random.seed(1)
pays = [0.2, 0.5, 0.8]
values, counts = [0.0] * 3, [0] * 3
total = 0.0
for pull in range(2000):
    arm = random.randrange(3) if random.random() < 0.1 else values.index(max(values))
    reward = 1.0 if random.random() < pays[arm] else 0.0
    counts[arm] += 1
    values[arm] += (reward - values[arm]) / counts[arm]
    total = total + reward if pull > 1000 else 0.0
chosen = values.index(max(values))
