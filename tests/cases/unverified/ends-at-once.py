# script, notebook
import os
if "__file__" in globals() or "IPython" in __import__("sys").modules:
    os._exit(0)
