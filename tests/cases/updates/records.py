# freeze: best, kept, patience
best, kept, lowest, patience = [9.0], 0.0, 9.0, 0
for trial in range(20):
    guess = [(7 * trial) % 20 / 2.0]
    loss = abs(guess[0] - 3)
    if loss < lowest:
        lowest = loss
        patience = 0
        best = guess.copy()  # off
        kept = guess[0] * 2  # off
