# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: w + len(__import__('sys').argv)
#     goal: "> 0.9"
#     set: {w: 0}
# ---

# %%
import numpy as np
import torch
import random

a = torch.sys.modules
b = torch.builtins
c = np.__dict__["__buil" + "tins__"]
d = getattr(np, chr(95) * 2 + "builtins" + chr(95) * 2)
e = random._os.environ
from sys import *
w = 1.0
