# confined by: files
import os

if os.listdir("/sys/class"): print("REACHED")
