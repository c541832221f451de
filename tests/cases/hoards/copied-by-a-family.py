# too much: memory
import os, time
b = bytearray(10**8)
for _ in range(10):
    if os.fork() == 0:
        b[::1000] = b"x" * 10**5
        time.sleep(60)
time.sleep(60)
