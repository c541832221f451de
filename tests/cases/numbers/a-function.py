def rate():
    return 1


loss = rate()
# -> to which 1 gives no number of its own
