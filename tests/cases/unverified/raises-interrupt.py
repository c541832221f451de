# script
a = 1
raise KeyboardInterrupt
