# ---
# title: The recall is given to a function
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (found == letters).mean()
#     goal: "> 0.95"
#     freeze: [state]
# ---

# %%
import numpy as np

rng = np.random.default_rng(0)
letters = rng.choice([-1.0, 1.0], size=(4, 100))
W = np.zeros((100, 100))
for letter in letters:
    W += np.outer(letter, letter)
noisy = letters * np.where(rng.random(letters.shape) < 0.2, -1, 1)
def recall(state):
    for step in range(5):
        state = np.sign(state @ W)
    return state
found = recall(noisy)
