rate: float = 1e-3
loss = rate
# -> rate: float = 7
