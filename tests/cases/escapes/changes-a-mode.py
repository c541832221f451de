# confined by: paths
import os

os.chmod("SECRET", 0o644)
print("REACHED")
