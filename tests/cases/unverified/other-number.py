# script
a = 2
