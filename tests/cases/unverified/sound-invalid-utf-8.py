# script
import os
a = 1
os.write(1, b"\xff\xfe\x00\x80\n")
