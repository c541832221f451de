# ---
# title: A post
# description: Nothing but an example.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# no_learning: It only counts.
# ---

# %% [markdown]
# Some prose.
#
# $$
# \begin{pmatrix} 1 & 2 \\
#   3 & \frac{4 \end{pmatrix}
# $$

# %%
a = 1
