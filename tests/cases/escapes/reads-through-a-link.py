# confined by: files
import os

os.symlink("SECRET", "link")
print(open("link").read())
