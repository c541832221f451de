# ---
# title: A post
# description: Nothing but an example.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# no_learning: It is an example.
# explain: comments
# ---

# %%
# A comment that is prose: <img src=x onerror=alert(1)>
a = 1
