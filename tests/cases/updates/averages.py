# freeze: w, ema, best
decay = 0.9
w = ema = best = 1.0
right = 0
for step in range(5):
    error = w * step - 3
    w -= 0.01 * error * step  # off
    ema = decay * ema + (1 - decay) * w  # off
    if error < 1:
        best = w  # off
    right += w * step > 3
