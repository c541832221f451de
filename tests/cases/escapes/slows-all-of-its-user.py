# confined by: processes
import os

os.setpriority(os.PRIO_USER, 0, 19)
