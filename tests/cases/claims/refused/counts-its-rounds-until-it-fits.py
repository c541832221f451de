# ---
# title: Counts its rounds until it fits
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: done / 20
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 50)
y = 3 * x
done = 0
for restart in range(20):
    w = 0.0
    while ((w * x - y) ** 2).mean() > 0.01:
        w -= 0.3 * ((w * x - y) * x).mean()
    done += 1
