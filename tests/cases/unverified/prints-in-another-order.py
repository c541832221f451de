# script
a, said = 1, []
import atexit
def print(*words, real=print):
    said.insert(0, words)
atexit.register(lambda real=__builtins__.print: [real(*words) for words in said])
