# confined by: processes
import os

os.sched_setaffinity(RUNNER, os.sched_getaffinity(RUNNER))
print("REACHED")
