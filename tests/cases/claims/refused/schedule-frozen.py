# ---
# title: A schedule in place of a network
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: 1 - trust
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [trust]
# ---

# %%
trust = 0.0
for step in range(100):
    guess = trust * 1 + (1 - trust) * 0
    trust += 0.01
