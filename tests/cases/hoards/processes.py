# too many: processes
import os, time
for _ in range(10**4):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
