# script, notebook
import sys
a = 1
for i in range(60):
    sys.stdout.write("x" * 1_000_000)
