# script, 2 s
while True:
    pass
