from __future__ import annotations
a = 1
# ---
"""A docstring."""
from __future__ import annotations
from __future__ import division
a = 1
# ---
# A comment.

from __future__ import annotations
# ---
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def main():
    await asyncio.sleep(0)
    return 1

print(ThreadPoolExecutor().submit(asyncio.run, main()).result())
# ---
print("\\d", r"\d", "\n", b"\x00")
# ---
async def f():
    async with lock:
        return [x async for x in y]
# ---
"""A second docstring is none."""
# %%
"""Nor is this."""
a = 1
# ---
def f():
    global x
    x = 1

f()
print(x)
# ---
text = """$\\alpha$"""
print(text)
# ---
x = 1
print(x is None, x == 1)
# ---
await_ = 1
print("await x")
# ---
numbers = (x async for x in source)
# ---
# coding: utf-8
"""Words."""

# More words.
from __future__ import annotations
# ---
def f():
    """Raw: no backslash."""
    return 1 if f else 2
