# script
import os
a = 1
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
