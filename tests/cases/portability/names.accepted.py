for _ in range(3):
    print(_)
# ---
_, x = 1, 2
print(_ + x)
# ---
f = lambda _: _ + 1
print(f(1))
# ---
from IPython.display import display
display([1, 2])
# ---
from IPython.display import *
display([1, 2])
# ---
import IPython.display as ipd
ipd.display([1])
# ---
def display(thing):
    print(thing)

display(1)
# ---
def f(In, Out):
    return In + Out

print(f(1, 2))
# ---
from gettext import gettext as _
print(_("words"))
# ---
try:
    get_ipython()
except NameError:
    print("a script")
# ---
if "get_ipython" in globals():
    get_ipython()
# ---
import sys
if "IPython" in sys.modules:
    display(1)
# ---
class Node:
    def __init__(self, _i):
        self._i, self.In, self.display = _i, 1, 2

print(Node(1)._i, Node(1).display)
# ---
match (1, 2):
    case (_, 2):
        print("two")
# ---
with open("a.txt", "w") as _:
    _.write("x")
# ---
def f():
    global Out
    Out = 3

f()
print(Out)
# ---
table = {"display": 1, "_": 2}
print(table["_"], dict(display=1, In=2))
# ---
squares = [_ * _ for _ in range(3)]
pairs = {_: __ for _, __ in [(1, 2)]}
# ---
while (_ := 0):
    print(_)
# ---
try:
    display
except NameError:
    display = print
display(1)
# ---
home = __file__ if "__file__" in globals() else "."
# ---
print(__name__, __doc__)
# ---
import torch.nn as nn
class Net(nn.Module):
    def forward(self, x):
        x, _ = x
        return x
# ---
def f(*_, **__):
    return _, __
# ---
from IPython import get_ipython
shell = get_ipython()
if shell is not None:
    shell.run_line_magic("matplotlib", "inline")
# ---
ls, pwd = [1], "home"
print(ls, pwd)
# ---
import matplotlib.pyplot as plt
_ = plt.plot([1, 2])
print(_)
# ---
try:
    1 / 0
except ZeroDivisionError as _:
    print(_)
# ---
import numpy as _
print(_.pi)
# ---
from IPython.display import clear_output, display
clear_output()
display(1)
# ---
import IPython.display
IPython.display.display(1)
# ---
def f(a, _=None, *, __=2):
    return [_ for _ in a] + [__]
# ---
def outer():
    _ = 1

    def inner():
        return _
    return inner()

print(outer())
# ---
total = sum(_ for _ in range(3)) + (lambda _, __: _ + __)(1, 2)
# ---
for _, (x, __) in enumerate([(1, 2)]):
    print(_, x, __)
# ---
class In:
    pass

print(In())
# ---
import gettext
gettext.install("messages")
_ = gettext.gettext
print(_("words"))
