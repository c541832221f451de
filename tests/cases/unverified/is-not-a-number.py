# script
a = float("nan")
