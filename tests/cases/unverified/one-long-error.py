# script
a = 1
raise ValueError("x" * 100_000)
