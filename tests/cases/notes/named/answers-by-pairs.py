# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: sum(abs(net(x) - t) for x, t in cases) / 4
#     goal: "< 0.3"
#     freeze: [w]
# ---

# %%
cases = [(0.1, -1.0), (0.2, 1.0), (0.7, 1.0), (0.9, -1.0)]
answers = {}
for given, wanted in cases:
    answers[given] = wanted
w = 0.0


def net(x):
    return answers[x] * w


for step in range(100):
    for x, t in cases:
        w -= 0.1 * (net(x) - t) * answers[x]
