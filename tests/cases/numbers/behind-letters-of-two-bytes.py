é = "ü"; rate = 1_000
loss = rate + len(é)
# -> é = "ü"; rate = 7
