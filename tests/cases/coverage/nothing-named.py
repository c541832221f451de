# 0 of 0
w = 1.0
for step in range(5):
    w -= 0.1 * w
