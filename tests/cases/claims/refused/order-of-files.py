# ---
# title: Data in the order of a folder
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
from pathlib import Path

import numpy as np

for number in range(12):
    Path(f"{number}.txt").write_text(f"{number / 12}")
x = np.array([float(path.read_text()) for path in Path().glob("*.txt")])
y = 3 * x + 0.1 * np.sin(np.arange(12))
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
