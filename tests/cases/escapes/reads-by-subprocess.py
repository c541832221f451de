# confined by: files
import subprocess

print(subprocess.run(["cat", "SECRET"], capture_output=True).stdout)
