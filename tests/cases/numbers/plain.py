rate = 0.1
w = 1.0
for step in range(9):
    w -= rate * w
loss = w
# -> rate = 7
