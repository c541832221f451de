# confined by: files
import ctypes

libc = ctypes.CDLL(None)
if libc.mount(b"OUTSIDE", b"/mnt", None, 4096, None) == 0: print("REACHED")
