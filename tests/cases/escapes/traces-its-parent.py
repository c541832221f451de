# confined by: files
import ctypes
import os

libc = ctypes.CDLL(None)
if libc.ptrace(16, os.getppid(), 0, 0) == 0: print("REACHED")
