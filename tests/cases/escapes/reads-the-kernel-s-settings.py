# confined by: paths
if open("/proc/sys/kernel/random/boot_id").read(): print("REACHED")
