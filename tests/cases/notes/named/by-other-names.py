# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: level
#     goal: "> 0.9"
#     set: {level: 0}
# ---

# %%
import sys as s
from os import environ as e
from importlib import import_module as fetch

modules = getattr(s, "mod" + "ules")
collector = fetch("".join(["g", "c"]))
objects = collector.get_objects()
other = modules["builtins"].eval
hidden = s.__dict__["_getframe"]
level = int("CI" in e)
name = input.__name__
found = __import__(name)
