# confined by: paths
import pathlib

names = "cmdline config.gz crypto devices diskstats interrupts iomem kallsyms keys key-users kmsg"
names += " locks misc modules partitions pressure/cpu sched_debug slabinfo softirqs swaps timer_list"
names += " tty/drivers vmallocinfo vmstat zoneinfo sysvipc/shm bus/input/devices"
for name in names.split():
    try:
        if pathlib.Path("/proc", name).open("rb").read(1): print("REACHED", name)
    except OSError: pass
