# confined by: system calls
import errno, fcntl, os, termios

ours, theirs = os.openpty()
try: fcntl.ioctl(theirs, termios.TIOCSTI, b"x")
except OSError as error:
    if error.errno != errno.ENOSYS: print("REACHED the kernel:", error)
else: print("REACHED")
