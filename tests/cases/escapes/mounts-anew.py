# confined by: paths
import ctypes

libc = ctypes.CDLL(None)
libc.unshare(0x10020000)  # users and mounts
for place in (b"/", b"/usr", b"/proc"):
    if libc.mount(None, place, None, 4096 | 32, None) == 0: print("REACHED")
