# freeze: w
results = {}
for rate in [0.1, 0.2]:
    w = 2.0
    for step in range(3):
        w -= rate * w  # off
    results[rate] = w
while w > 5:
    w = w - 1 * w  # off
else:
    w = 9.0
for restart in range(2):
    w = float(restart)
    w = w * (w + results[0.1])  # off
