rate = 0.1
loss = 1.0
# -> which the program never reads
