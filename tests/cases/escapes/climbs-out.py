# confined by: paths
import os

for number in filter(str.isdigit, os.listdir("/proc")):
    for way in ("root", "cwd", "cwd/../../../../../../.."):
        try:
            open(f"/proc/{number}/{way}/SECRET")
            print("REACHED")
        except OSError:
            pass
