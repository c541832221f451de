rate = 0.1
for step in range(9):
    rate *= 0.9
loss = rate
# -> which gets a value on 1, 3
