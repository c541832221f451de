# confined by: processes
import os

if "RUNNER" in os.listdir("/proc"): print("REACHED")
