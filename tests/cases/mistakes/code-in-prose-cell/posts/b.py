# ---
# title: Quoted prose is fine
# description: An example.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# no_learning: It only counts.
# ---

# %% [markdown]
"""
Some text.
"""

# %%
print("world")

# %% [raw]
# Shown nowhere.
