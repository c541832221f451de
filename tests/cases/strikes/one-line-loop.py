# freeze: w; stops: 0=4
w = 1.0
while w > 0.5: w -= 0.1 * w
