rate = 0.1
loss = rate
rate = 0.01
loss = loss * rate
# -> which gets a value on 1, 3
