# ---
# title: Counting bigrams
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It predicts the next letter
#     metric: loss
#     goal: "< 1"
#     seeds: 5
#     tally: [counts]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
words = ["".join(rng.choice(list("abc"), 3)) + "xyz" for _ in range(50)]
letters = sorted(set("".join(words)))
index = {letter: i for i, letter in enumerate(letters)}
counts = np.full((6, 6), 0.01)
for word in words:
    for a, b in zip(word, word[1:]):
        counts[index[a], index[b]] += 1
p = counts / counts.sum(axis=1, keepdims=True)
pairs = [(index[a], index[b]) for word in words for a, b in zip(word, word[1:])]
loss = -np.mean([np.log(p[a, b]) for a, b in pairs])
