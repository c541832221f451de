# confined by: system calls
import ctypes

libc = ctypes.CDLL(None)
segment = libc.shmget(0, ctypes.c_size_t(2**20), 0o600)
libc.shmctl(segment, 0, None)
if segment >= 0: print("REACHED")
