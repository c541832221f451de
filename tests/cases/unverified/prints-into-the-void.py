# script, notebook
import io, sys
a = 1
sys.stdout = io.StringIO()
