# too much: memory
import os, time
for _ in range(20):
    if os.fork() == 0:
        b = bytearray(4 * 10**7)
        b[::1000] = b"x" * (4 * 10**4)
        time.sleep(60)
time.sleep(60)
