# freeze: w, bias; tally: counts, seen
from collections import Counter, defaultdict

import numpy as np

w = 0.5
right = np.zeros(2)
counts = defaultdict(int)
seen = Counter()
outputs = []
buffer = np.full(9, -1)
meter = {"correct": 0}
solution = [1.0, 2.0]
z = 0.0
average = 0.0
for step in range(9):
    hit = int(w * step > 1)
    right[step % 2] += hit
    meter["correct"] += hit
    outputs += [hit]
    buffer[step] = hit
    average = average + 0.1 * (hit - average)
    counts[step % 3, hit] += 1  # off
    seen.update([hit])  # off
    for z, s in zip([z], solution):
        z = s
    w -= 0.1 * (w * step - 3)  # off
bias = 0
errors = 0
for step in range(9):
    output = int(bias * step > 2)
    if output != step % 2:
        bias += step % 2  # off
        errors += 1
