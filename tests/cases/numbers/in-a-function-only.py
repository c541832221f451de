def train():
    rate = 0.1
    return rate


loss = train()
# -> which no statement assigns at top level
