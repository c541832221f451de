# confined by: files
import mmap

with open("/dev/zero", "r+b") as file: mmap.mmap(file.fileno(), 2**20)[:] = bytes(2**20)
print("REACHED")
