losses = []
w = 0.0
for step in range(10):
    loss = (w - 3) ** 2
    w -= 0.2 * (w - 3)
    losses.append(loss)
accuracy = 1.0
