# script, notebook
import sys, warnings
a = 1
if "IPython" in sys.modules:
    warnings.warn("This is old.")
else:
    print("This is old.", file=sys.stderr)
