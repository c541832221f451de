# script
import os
a = 1
if os.fork():
    os._exit(0)
