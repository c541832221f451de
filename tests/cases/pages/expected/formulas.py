# /// script
# requires-python = ">=3.11"
# dependencies = [
# ]
# ///
#
# Formulas for $5 and $10
# https://example.org/posts/formulas/
# Code: MIT licence. Text: CC BY 4.0.

# %% [markdown]
# The opening says $\hat{y} = \sigma(Wx + b)$, which lists of posts show.
#
# $x_i$ begins a line, then *emphasis*, and $a_i * b_i * c_i$ has none. It ends with $\mathbf{w}^\top \mathbf{x}$.
#
# ## Why $\sigma'(z)$ is small
#
# $$
# \frac{\partial L}{\partial w_{ij}}
#   = \sum_{k=1}^{n} \delta_k \frac{\partial z_k}{\partial w_{ij}}
# $$
#
# A derivation, with a number:
#
# $$
# \begin{align}
#   z &= Wx + b \\
#   \hat{y} &= \operatorname{softmax}(z) \label{answer}
# \end{align}
# $$
#
# By $\eqref{answer}$, and $$x \in \mathbb{R}^{n \times m}$$ in the middle of a line.
#
# $$\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix} \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}$$
#
# - In a list: $x < y$ and **$\theta$**.
#
#     $$\lVert x \rVert_2 = \sqrt{\textstyle\sum_i x_i^2}$$
#
# > Quoted:
# > $$
# > \prod_{t=1}^{T} P(w_t \mid w_{<t})
# > $$
#
# | sign | means |
# |------|-------|
# | $P(a|b)$ | $a$ given $b$ |
#
# <details markdown="1">
# <summary>Why?</summary>
#
# $\newcommand{\step}{\eta \nabla L}$It scales $\step$, see [$\alpha$](https://example.org/posts/small/).
#
# </details>
#
# ## Dollars that are none
#
# From $5 to $10, or US$5; `$x$` in code, ``$y$`` too, \$z\$ escaped, and <code>$w$</code>.
#
# ```text
# $x$ in a block
# ```
#
#     $x$ in an indented block
#
# ![The $x$ axis](https://example.org/posts/formulas/dot.svg) <span title="$t$">tag</span> <!-- $c$ -->

# %%
print("$x$")  # (1)!

# %% [markdown]
# 1. The output stays as it is, and $n$ is a formula.
