# confined by: paths
open("TERMINAL", "wb", buffering=0).write(b"x")
print("REACHED")
