a = 1
# --8<-- "two.py"
