# ---
# title: A small post
# description: As little as a post can be.
# date: 2026-11-20
# authors: [ada]
# minutes: {read: 1, do: 1}
# no_learning: It only counts to <three>.
# ---

# %% [markdown]
# Without a mark, the first paragraph is the opening.
#
# The rest follows.

# %%
print(3)

# %% [markdown]
# ## The end
