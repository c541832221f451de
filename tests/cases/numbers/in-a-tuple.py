hidden, rate, steps = 8, -0.5, 100
loss = hidden * rate * steps
# -> hidden, rate, steps = 8, 7, 100
