# script
a = 1
def print(*words, real=print):
    real("\x1b[31m", *words, "\x1b[0m", "\x1b]0;title\x07", sep="")
