import io, sys
sys.stdout = io.StringIO()  # here
# ---
import os, sys
sys.stdout = open(os.devnull, "w")  # here
print("quiet")
# ---
import sys
sys.stdout.close()  # here
# ---
from io import StringIO
import sys as system
system.stderr = StringIO()  # here
# ---
import io, sys

def quiet():
    sys.stdout = sys.stderr = io.StringIO()  # here here

quiet()
# ---
import io, sys
buffer = io.StringIO()
sys.stdout = buffer  # here
print(buffer.getvalue())
