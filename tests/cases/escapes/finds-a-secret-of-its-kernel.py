# confined by: limits
import sys

print(sys.orig_argv, sys.argv)
