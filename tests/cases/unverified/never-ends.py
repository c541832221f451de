# script, notebook, 4 s
while True:
    pass
