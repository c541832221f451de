# ---
# title: A post
# description: Nothing but an example.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: One is one
#     metric: a
#     goal: "< 2"
# ---

# %% [markdown]
# Some prose.

# %%
a = 1

# %%
b = 0
print(a / b)
