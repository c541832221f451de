rate = 0.1
loss = rate
del rate
# -> which gets a value on 1, 3
