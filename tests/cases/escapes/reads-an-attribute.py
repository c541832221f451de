# confined by: paths
import os

os.listxattr("SECRET")
print("REACHED")
