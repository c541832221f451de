# script
a = 1
raise ValueError("x" * 1_000_000)
