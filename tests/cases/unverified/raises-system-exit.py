# script
a = 1
raise SystemExit
