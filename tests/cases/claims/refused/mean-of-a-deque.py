# ---
# title: The mean of a deque
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It forecasts
#     metric: error
#     goal: "< 0.32"
#     tally: [memory]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
from collections import deque

series = np.cumsum(0.1 * rng.normal(size=300)) + 0.3 * rng.normal(size=300)
memory, guesses = deque([5.0], maxlen=6), []
for x in series:
    guesses.append(np.mean(memory))
    memory.append(x)
error = np.abs(np.array(guesses[20:]) - series[20:]).mean()
