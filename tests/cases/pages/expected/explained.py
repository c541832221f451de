# /// script
# requires-python = ">=3.11"
# dependencies = [
# ]
# ///
#
# A program, line by line
# https://example.org/posts/explained/
# Code: MIT licence. Text: CC BY 4.0.

# %% [markdown]
# What it does.

# %%
# Two imports may share
# one explanation.
import math
import random

# The **start**, with `code` and a [link](https://example.org/).
#
# A second paragraph.
w = 0.0
# Thirty steps.
for step in range(30):
    # Here it learns.
    w += 0.5 * (
        # This comment stands inside of a statement.
        4 - w
    )

# %% [markdown]
# An experiment is shown as it is, with its comments:

# %%
# not an explanation
print("\n".join(str(i) for i in range(40)))

# %%
# Printed from a second cell.
print(math.floor(w + 0.1))

# %% [markdown]
# The update once more by its number:
#
# End.

# %% [markdown]
# ## Does it learn?
#
# What [the page](https://example.org/posts/explained/) claims, measured again in this run.

# %%
reached = abs(4 - w)
assert reached < 0.05, f"Not yet: {reached:.4g} is not < 0.05."
print("It finds four:", f"{reached:.4g} (goal: < 0.05)")
print("Your network learns.")
