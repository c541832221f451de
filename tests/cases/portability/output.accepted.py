import io, sys
old = sys.stdout
sys.stdout = io.StringIO()
print("quiet")
sys.stdout = old
# ---
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    print("quiet")
# ---
import io, sys
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
# ---
import sys

class Tee:
    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        self.stream.write(text)

sys.stdout = Tee(sys.stdout)
# ---
import sys
sys.stdout = sys.__stdout__
# ---
import sys
sys.stdout.write("x")
sys.stdout.flush()
# ---
import io, sys
sys.stdout = io.StringIO()
try:
    print("quiet")
finally:
    sys.stdout = sys.__stdout__
# ---
class Machine:
    stdout = None

sys = Machine()
sys.out = 1
# ---
import io, sys
old, sys.stdout = sys.stdout, io.StringIO()
print("quiet")
sys.stdout.close()
sys.stdout = old
# ---
import sys
sys.stderr = sys.stdout
# ---
file = open("a.txt", "w")
file.close()
