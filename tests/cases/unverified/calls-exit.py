# script
a = 1
exit()
