# confined by: processes
print("REACHED", open("/proc/RUNNER/cmdline").read())
