# confined by: paths
if open("/proc/cmdline").read(): print("REACHED")
