# script
import sys
a = 1
sys.excepthook = lambda *_: None
raise ValueError("a word")
