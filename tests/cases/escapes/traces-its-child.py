# confined by: system calls
import ctypes, os, signal

libc = ctypes.CDLL(None)
child = os.fork()
if child == 0: signal.pause()
traced = libc.ptrace(0x4206, child, None, None)
os.kill(child, signal.SIGKILL)
if traced == 0: print("REACHED")
