text = open("input.txt").read()  # here
# ---
with open("data/names.txt", "r") as file:  # here
    names = file.read()
# ---
import numpy as np
x = np.loadtxt("points.csv", delimiter=",")  # here
# ---
import numpy
weights = numpy.load("weights.npy")  # here
# ---
from pathlib import Path
words = Path("words.txt").read_text().split()  # here
# ---
import torch
model = torch.load("model.pt")  # here
# ---
import matplotlib.pyplot as plt
image = plt.imread("cat.png")  # here
# ---
import json
settings = json.load(open("./settings.json", encoding="utf-8"))  # here
# ---
def read():
    return open(file="a.txt", mode="rb").read(), open("../b.txt", mode="rb").read()  # here here

read()
# ---
from pathlib import Path
with Path("notes.md").open() as file:  # here
    print(file.read())
# ---
import pandas as pd
table = pd.read_csv("houses.csv")  # here
# ---
from PIL import Image
picture = Image.open("dog.jpg")  # here
# ---
words = open('names.txt', 'r').read().splitlines()  # here
print(f"{len(words)} names, and none of them is known")
# ---
"""Reads names.txt and learns."""
import io
with io.open("names.txt", encoding="utf-8") as names:  # here
    print(names.read())
