# confined by: paths
import os

os.chmod("PROJECT", 0o755)
print("REACHED")
