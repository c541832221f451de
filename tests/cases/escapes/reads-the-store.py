# confined by: files
import pathlib

for path in pathlib.Path("PROJECT").rglob("*"):
    print("REACHED", path)
