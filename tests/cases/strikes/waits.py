# freeze: w, b; stops: 0=8, 1=12
import numpy as np

x = np.array([1.0, 2.0])
w, b = 0.0, 0.0
while ((w * x + b) ** 2).mean() < 1:
    error = w * x + b - 1
    w -= 0.1 * error.mean()
    # both
    b -= 0.1 * error.mean()
else:
    w = 3.0


def train():
    global w
    while True:
        for part in x:
            if part * w < 1:
                w += 0.1 * part - 0.01 * w
            elif part > 5: w -= 0.1 * w
        if w > 100:
            break


train()
