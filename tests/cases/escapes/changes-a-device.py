# confined by: paths
import os

for file in ("/dev/null", "/dev/zero", 0):
    try:
        os.chmod(file, 0o666)
        print("REACHED")
    except OSError:
        pass
