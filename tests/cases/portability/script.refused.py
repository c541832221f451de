a = 1
# %%
from __future__ import annotations  # here
# ---
"""A docstring."""
import math
# %%
from __future__ import annotations  # here
print(math.pi)
# ---
import asyncio
await asyncio.sleep(0)  # here
# ---
import asyncio

async def f():
    return 1

x = 1
x = await f()  # here
# ---
async def numbers():
    yield 1

async for n in numbers():  # here
    print(n)
# ---
import asyncio
lock = asyncio.Lock()
async with lock:  # here
    print(1)
# ---
async def numbers():
    yield 1

found = [n async for n in numbers()]  # here
# ---
import re
print(re.findall("\d+", "a1"))  # here
# ---
path = "C:\data"  # here
# ---
title = "$\alpha \sigma$"  # here
# ---
x = 1
if x is 1:  # here
    print(x)
# ---
assert (1 == 2, "never")  # here
# ---
x = 1
# %%
global x  # here
# ---
a = 1
# %%
"""Words."""
from __future__ import annotations  # here
# ---
for i in range(2):
    if i:
        import asyncio
        await asyncio.sleep(0)  # here
# ---
print([1]())  # here
# ---
async def f():
    return 1

print(f"{await f()}")  # here
# ---
async def f(x):
    return x

found = [await f(x) for x in [1, 2]]  # here
# ---
def f():
    """A sum over \alpha and \sigma."""  # here
# ---
from __future__ import annotations
import math
# %%
from __future__ import division  # here
# ---
import math; from __future__ import annotations  # here
# ---
print("a" "b"
      "c\ d")  # here
