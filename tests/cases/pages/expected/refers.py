# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "matplotlib==3.11.2",
# ]
# ///
#
# References
# https://example.org/posts/refers/
# Code: MIT licence. Text: CC BY 4.0.

# %% [markdown]
# See Figure 2, Figure 1 and Equation (1); $\eqref{eq-later}$ too. Not me@fig-loss.de, `@fig-loss`.
#
# ![A dot](https://example.org/posts/refers/dot.svg "A *dot*, drawn")
#
# *Figure 1. A \*dot\*, drawn*

# %%
import matplotlib.pyplot as plt

plt.plot([3, 2, 1])
plt.show()

# %% [markdown]
# *Figure 2. The loss falls*

# %% [markdown]
# \begin{align}
# a &= b \label{eq-later}
# \end{align}
#
# After Equation (1), Figure 1.
