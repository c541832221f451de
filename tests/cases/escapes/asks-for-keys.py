# confined by: system calls
import ctypes

if ctypes.CDLL(None).syscall(250 if __import__("platform").machine() == "x86_64" else 219, 0, -3, 1) > 0: print("REACHED")
