import glob
import os
import random
import zlib
from pathlib import Path

words = "to be or not to be".split()
for word in set(words):
    random.seed(word)  # set
for word in sorted(set(words)):
    random.seed(word)
for number in {1, 2, 3}:
    random.seed(number)
for letter in {"a", "b"}:
    random.seed(letter)  # set
for letter in {word[0] for word in words}:
    random.seed(letter)  # set
random.seed(len(set(words)))
random.seed(sorted(set(words), key=len)[0])
print(set(words))  # printed
print("of", {word.upper() for word in words})  # printed
print(*set(words))  # printed
print(sorted(set(words)), {1, 2, 3}, len(set(words)), "be" in set(words), words)
random.seed("be" in set(words))
random.seed(list(set(words))[0])  # set
random.seed("".join(set(words)))  # set
seen = set()
for word in words:
    seen.add(word)
random.seed(seen.pop())  # set

files = os.listdir(".")
random.seed(len(files))
random.seed(files[0])  # folder
random.seed(sorted(files)[0])
random.seed(next(Path(".").iterdir()).name)  # folder
random.seed(len(glob.glob("*.csv")[0]))  # folder
files.sort()
random.seed(files[0])

random.seed(hash("be"))  # hash
random.seed(hash(words[0]) % 10)  # hash
random.seed(hash((1, 2)))
random.seed(zlib.crc32(words[0].encode()))
random.seed(id(words))  # address
