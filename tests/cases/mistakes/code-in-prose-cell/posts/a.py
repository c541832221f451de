# ---
# title: A post
# description: An example.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# no_learning: It only counts.
# ---

# %% [markdown]
# Some text, and then code without a marker.
print("hello")

# %%
print("world")
