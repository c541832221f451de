# --8<-- "one.py"
