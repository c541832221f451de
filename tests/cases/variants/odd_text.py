# metric: w
w, grösse = 0.5, 1.5; rate = 0.1
for _ in range(9):
    w -= (rate * (w - grösse)  # three lines
          * 2.5
          * (1 - 0.1))
    w = w * 3.5; grösse += 0.25
    if w > 4:
        w += (  # another
            1)
