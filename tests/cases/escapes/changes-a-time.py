# confined by: paths
import os

os.utime("SECRET", (0, 0))
print("REACHED")
