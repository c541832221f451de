# confined by: system calls
import os

os.write(os.memfd_create("hoard"), bytes(2**20))
print("REACHED")
