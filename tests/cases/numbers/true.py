rate = True
loss = 1 if rate else 2
# -> to which 1 gives `True`, not a plain number
