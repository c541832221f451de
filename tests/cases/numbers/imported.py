from math import pi as rate

loss = rate
# -> to which 1 gives no number of its own
