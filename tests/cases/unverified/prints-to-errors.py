# script
import sys
a = 1
sys.stdout = sys.stderr
