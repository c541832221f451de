# script, notebook
a = 2
