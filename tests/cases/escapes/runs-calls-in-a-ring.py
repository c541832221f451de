# confined by: system calls
import ctypes

if ctypes.CDLL(None).syscall(425, 4, ctypes.create_string_buffer(120)) >= 0: print("REACHED")
