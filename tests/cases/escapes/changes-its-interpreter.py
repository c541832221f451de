# confined by: paths
import os

for file in ("/proc/self/exe", os.path.realpath("/proc/self/exe"), os.__file__):
    try:
        os.chmod(file, os.stat(file).st_mode & 0o777)
        print("REACHED")
    except OSError:
        pass
