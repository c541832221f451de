# confined by: system calls
import ctypes, mmap, os

GETPID = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(GETPID)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
if os.uname().machine == "x86_64" and ctypes.CFUNCTYPE(ctypes.c_int)(address)() == os.getpid(): print("REACHED")
