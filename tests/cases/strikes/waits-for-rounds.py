# set: rate=0; stops: 0=6
rate = 0.5
w = 1.0
while w > 0.1:
    for part in range(2):
        w -= rate * w
