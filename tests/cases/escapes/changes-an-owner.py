# confined by: paths
import os

os.chown("SECRET", os.getuid(), os.getgid())
print("REACHED")
