size = 8
rate = size / 2
loss = rate
# -> to which 2 gives `size / 2`, not a plain number
