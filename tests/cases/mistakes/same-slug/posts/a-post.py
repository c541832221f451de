# ---
# title: A post
# description: Nothing but an example.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# no_learning: >
#   It is an example
#   of a mistake, and
#   nothing more.
# ---

# %%
a = 1
