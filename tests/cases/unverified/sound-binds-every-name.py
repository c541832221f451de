# script, notebook
a = 1
open = pathlib = Path = str = bytes = _ = None
