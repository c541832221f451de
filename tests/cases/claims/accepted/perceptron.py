# ---
# title: A perceptron of whole numbers
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns "or"
#     metric: sum(p == t for p, t in zip(outputs, targets))
#     goal: "== 4"
#     seeds: 5
#     freeze: [weights, bias]
# ---

# %%
inputs = [(0, 0), (0, 1), (1, 0), (1, 1)]
targets = [0, 1, 1, 1]
weights, bias = [0, 0], 0


def output(x):
    return int(sum(w * v for w, v in zip(weights, x)) + bias > 0)


for round in range(10):
    for x, target in zip(inputs, targets):
        error = target - output(x)
        for i in range(2):
            weights[i] += error * x[i]
        bias += error
outputs = [output(x) for x in inputs]
