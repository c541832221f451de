# confined by: system calls
import mmap

mmap.mmap(-1, 2**20)[:] = bytes(2**20)
print("REACHED")
