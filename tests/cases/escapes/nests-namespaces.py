# confined by: system calls
import ctypes, os, signal

NEW_USER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)
pid = libc.syscall(56 if os.uname().machine == "x86_64" else 220, NEW_USER | signal.SIGCHLD, 0, 0, 0, 0)
if pid == 0: os._exit(0)
if pid > 0 or libc.unshare(NEW_USER) == 0: print("REACHED")
