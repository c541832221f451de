rate = 0.1
print(rate)
loss = 1.0
# -> on which no metric depends
