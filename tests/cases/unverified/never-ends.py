# script, notebook, 2 s
while True:
    pass
