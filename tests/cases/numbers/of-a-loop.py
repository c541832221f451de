for rate in [0.1, 1]:
    loss = rate
# -> to which 1 gives no number of its own
