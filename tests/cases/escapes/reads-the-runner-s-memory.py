# confined by: files
open("/proc/RUNNER/mem", "rb")
print("REACHED")
