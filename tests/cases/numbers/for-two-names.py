rate = other = 0.1
loss = rate + other
# -> to which 1 gives no number of its own
