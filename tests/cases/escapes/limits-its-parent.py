# confined by: processes
import os
import resource

if os.getppid(): resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))
if os.getppid(): print("REACHED")
