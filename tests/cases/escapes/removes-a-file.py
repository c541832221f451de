# confined by: files
import os

os.remove("SECRET")
print("REACHED")
