# script
import io, sys
a = 1
print("Training.")
sys.stdout = io.StringIO()
