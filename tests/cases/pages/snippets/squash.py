def squash(x):
    return 1 / (1 + 2.718281828 ** -x)
