# ---
# title: An alphabet in the order of a set
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

text = "hello world, how are you today"
letters = set(text)
number = {letter: i for i, letter in enumerate(letters)}
x = np.array([number[letter] / len(letters) for letter in text])
y = 3 * x + 0.1 * np.sin(np.arange(len(x)))
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
