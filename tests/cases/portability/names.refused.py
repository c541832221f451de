import numpy as np
display(np.eye(2))  # here
# ---
1 + 1
# %%
print(_ + 1)  # here
# ---
2 * 3
# %%
4
# %%
total = __ + ___  # here here
# ---
print(Out[1])  # here
# ---
print(len(In))  # here
# ---
get_ipython().run_line_magic("matplotlib", "inline")  # here
# ---
def show(table):
    display(table)  # here
    display(table)

show([1])
# ---
class Table:
    def _repr_html_(self):
        return "<b>1</b>"

    def show(self):
        display(self)  # here

Table().show()
# ---
5
# %%
x = [_1 for i in range(3)]  # here
# ---
from pathlib import Path
folder = Path(__file__).parent  # here
# ---
print(_i, _ih[0])  # here here
# ---
7
# %%
f = lambda x: x + _  # here
# ---
def f(_):
    return _

f(1)
print(_)  # here
# ---
squares = [_ * _ for _ in range(3)]
print(_)  # here
# ---
def display_all(things):
    for thing in things:
        print(thing)
        display(thing)  # here

display_all([1])
# ---
try:
    display(1)  # here
except ValueError:
    pass
# ---
class Model:
    _ = 1
    def answer(self):
        return _  # here

Model().answer()
# ---
import os
os.chdir(os.path.dirname(__file__))  # here
# ---
from IPython import get_ipython
get_ipython().run_line_magic("matplotlib", "inline")  # here
# ---
a = 1
# %%
ls  # here
# ---
import IPython
IPython.get_ipython().system("ls")  # here
# ---
ls -l  # here
# ---
_ = display(1)  # here
# ---
3
# %%
print(f"{_:.2f}")  # here
# ---
@display  # here
def f():
    pass
# ---
later = lambda: display(1)  # here
# ---
match 3:
    case _:
        print(_)  # here
# ---
if True:
    x = In[-1]  # here
# ---
pairs = [(1, 2)]
for a, b in pairs:
    print(a, Out)  # here
# ---
async def f():
    return _oh  # here
# ---
try:
    print(__file__)  # here
finally:
    print("end")
