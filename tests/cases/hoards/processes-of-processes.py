# too many: processes
import os, time
def grow(depth):
    while depth:
        depth -= 1
        os.fork()
    time.sleep(60)
grow(10)
