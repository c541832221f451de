open("out.txt", "w").write("x")
print(open("out.txt").read())
# ---
with open("log.txt", "a") as file:
    file.write("x")
# ---
import numpy as np
np.save("weights", np.eye(2))
print(np.load("weights.npy"))
# ---
from pathlib import Path
Path("a.txt").write_text("a")
print(Path("a.txt").read_text())
# ---
try:
    text = open("input.txt").read()
except FileNotFoundError:
    text = "to be or not to be"
# ---
import os
if os.path.exists("cache.npy"):
    print(open("cache.npy", "rb").read())
# ---
name = "input.txt"
open(name, "w").close()
print(open(name).read())
# ---
import sklearn, pathlib
print(open(pathlib.Path(sklearn.__file__)).read()[:1])
# ---
open("/proc/self/status").read()
# ---
import io
print(io.StringIO("a.b").read(), io.BytesIO(b"a.b"))
# ---
import zipfile
zipfile.ZipFile("a.zip", "w").close()
zipfile.ZipFile("a.zip").extractall()
print(open("inside.txt").read())
# ---
import torch
torch.save({}, "model.pt")
torch.load("model.pt")
# ---
import matplotlib.pyplot as plt
plt.plot([1])
plt.savefig("figure.png")
print(plt.imread("figure.png").shape)
# ---
for i in range(2):
    open(f"part-{i}.txt", "w").close()
print(open("part-1.txt").read())
# ---
import contextlib
with contextlib.suppress(OSError):
    print(open("perhaps.txt").read())
# ---
import subprocess
subprocess.run(["touch", "made.txt"])
print(open("made.txt").read())
# ---
shop = {"open": 1}
def open_door(name):
    return name
open_door("front.door")
# ---
import numpy as np
np.savez("model.npz", w=np.eye(2))
print(np.load("model.npz")["w"])
# ---
import os
folder = "data"
print(open(os.path.join(folder, "x.csv")).read())
# ---
import pandas as pd
houses = pd.read_csv("https://example.org/houses.csv")
