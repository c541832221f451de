# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "matplotlib==3.11.2",
#     "numpy==2.4.6",
# ]
# ///
#
# Everything: a page in C# with *all* that [a] page <can> have
# https://example.org/posts/everything/
# Code: MIT licence. Text: CC BY 4.0.

# %% [markdown]
# The opening, with a [link to the small post](https://example.org/posts/small/#the-end) and `[no](link.md)` in code.
#
# This sentence is shared by several posts.
#
# ## Code and what it prints

# %%
import numpy as np

rng, sums = np.random.default_rng(1), np.arange(9)
total, guess = 0, rng.uniform(0.1, 0.2)
while total < 3:
    total += sums[1] if total > -1 else 0
for step in range(9):  # <b>&</b>
    guess = guess - 0.5 * (guess - 0.001)
print(total)

# %% [markdown]
# A block of another language is shown, not run:

# %% [markdown]
# ```bash
# rm -rf /
# [no](link.md)
# ```

# %% [markdown]
# Printing backticks, snippet marks, colours and a progress bar:

# %%
print("```\n--8<-- \"shared.md\"\n```")
print("\x1b[31mred\x1b[0m")
for step in range(3):
    print(f"\rstep {step}", end="")
print()
np.array([[1.0, 2.0]])

# %% [markdown]
# Annotations touch their code; what it printed comes after:

# %%
print(total)  # (1)!
print(2)  # (2)!

# %% [markdown]
# 1. The number
#    that we have.
#
# 2. Another number.
#
# A warning is visible and quiet:

# %%
import warnings

warnings.warn("mind the step")


# %% [markdown]
# ## A snippet in code

# %%
def squash(x):
    return 1 / (1 + 2.718281828 ** -x)

print(squash(0))

# %% [markdown]
# Hidden parts:

# %%
secret = "this cell shows nowhere on the page"
print(secret)

# %%
print("only the output shows")

# %%
print("only the input shows")

# %% [markdown]
# ## A figure

# %%
import matplotlib.pyplot as plt

plt.figure(figsize=(4, 2))
plt.plot([0, 1])
plt.show()

# %% [markdown]
# ![A dot](https://example.org/posts/everything/dot.svg "One dot") and a reference to [how it works][how].
#
# [how]: https://example.org/how-it-works/
#
# A [wrapped
# link](https://example.org/posts/small/#the-end 'with a title'), `<!-- more -->` in code, and a mark in a block:
#
# ```text
# <!-- more -->
# ```
#
# - twice in a list:
#   See [the small post](https://example.org/posts/small/) and [its drawing](https://example.org/posts/everything/dot.svg).
#
#     See [the small post](https://example.org/posts/small/) and [its drawing](https://example.org/posts/everything/dot.svg).
#
#
#
# > Why does $x$ have **two** parts, as [the small post](https://example.org/posts/small/) says?
# >
# > The answer has a paragraph,
# >
# > - a list,
# > - and code: `a < b`.
#
# After the question.

# %% [markdown]
# ## Does it learn?
#
# What [the page](https://example.org/posts/everything/) claims, measured again in this run.

# %%
reached = sums[total]
assert reached == 3, f"Not yet: {reached:.4g} is not == 3."
print("The sum of <one> and two is three:", f"{reached:.4g} (goal: == 3)")
reached = abs(np.mean([sums[total], guess]) - 1.5)
assert reached < 0.4, f"Not yet: {reached:.4g} is not < 0.4."
print("Half of it is *close* to one and a half:", f"{reached:.4g} (goal: < 0.4)")
print("Your network learns.")
