# script
import sys
for i in range(600):
    sys.stderr.write("x" * 999_999 + "\n")
