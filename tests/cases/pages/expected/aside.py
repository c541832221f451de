# /// script
# requires-python = ">=3.11"
# dependencies = [
# ]
# ///
#
# An aside
# https://example.org/posts/aside/
# Code: MIT licence. Text: CC BY 4.0.

# %% [markdown]
# An opening.

# %%
1
