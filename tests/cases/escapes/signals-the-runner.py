# confined by: processes
import os

os.kill(RUNNER, 0)
print("REACHED")
