# confined by: paths
import os

if "TERMINAL" in [f"/dev/pts/{name}" for name in os.listdir("/dev/pts")]: print("REACHED")
