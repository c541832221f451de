# ---
# title: A look at examples without a seed
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x - y) ** 2).mean()
#     goal: "< 0.05"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 50)
y = 3 * x
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()


def show():
    chance = np.random.default_rng()
    print(chance.choice(x, 5))


show()
print(np.random.choice(x, 5))
