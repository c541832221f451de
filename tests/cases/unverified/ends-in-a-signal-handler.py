# script
import os, signal
a = 1
signal.signal(signal.SIGUSR1, lambda *_: os._exit(0))
os.kill(os.getpid(), signal.SIGUSR1)
