# confined by: paths
import os

os.setxattr("SECRET", "user.mine", b"x")
print("REACHED")
