# confined by: files
print(b"REACHED" in open("/proc/RUNNER/environ", "rb").read())
print("REACHED")
