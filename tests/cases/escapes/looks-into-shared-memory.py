# confined by: shared memory
import os

if "elevenlines-canary" in os.listdir("/dev/shm"): print("REACHED")
