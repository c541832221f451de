# script
import atexit
a = 1
atexit.register(print, "Goodbye.")
