# ---
# title: A cell that is meant to raise
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: The line finds the slope that made the data
#     metric: abs(slope - 3)
#     goal: "< 0.05"
#     baseline: abs(0 - 3)
#     seeds: 5
#     freeze: [slope]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)

# %% tags=["raises-exception"]
text = """
not indented
"""
x @ np.ones(7)

# %%
slope = 0.0
for step in range(200):
    error = slope * x - y
    slope -= 0.1 * 2 * (error * x).mean()
print(f"slope: {slope:.2f}", text.strip())
