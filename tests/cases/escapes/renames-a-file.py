# confined by: files
import os

os.rename("SECRET", "mine")
print("REACHED")
