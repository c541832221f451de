# /// script
# requires-python = ">=3.11"
# dependencies = [
# ]
# ///
#
# A small post
# https://example.org/posts/small/
# Code: MIT licence. Text: CC BY 4.0.

# %% [markdown]
# Without a mark, the first paragraph is the opening.
#
# The rest follows.

# %%
print(3)

# %% [markdown]
# ## The end
