# confined by: paths
import os

if os.path.exists("SECRET"): print("REACHED")
