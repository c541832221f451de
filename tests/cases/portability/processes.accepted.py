from torch.utils.data import DataLoader
for x in DataLoader([1, 2], batch_size=2, num_workers=0):
    print(x)
# ---
from torch.utils.data import DataLoader
workers = 0
for x in DataLoader([1, 2], batch_size=2, num_workers=workers):
    print(x)
# ---
from multiprocessing import Pool
if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(abs, [-1]))
# ---
from torch.utils.data import DataLoader
loader = DataLoader([1], num_workers=2)
if __name__ == "__main__":
    for x in loader:
        print(x)
# ---
from multiprocessing import Pool

def main():
    with Pool(2) as pool:
        print(pool.map(abs, [-1]))

if __name__ == "__main__":
    main()
# ---
from multiprocessing.pool import ThreadPool
print(ThreadPool(2).map(abs, [-1]))
# ---
from multiprocessing.dummy import Pool
print(Pool(2).map(abs, [-1]))
# ---
from concurrent.futures import ThreadPoolExecutor
print(ThreadPoolExecutor().submit(abs, -1).result())
# ---
import multiprocessing
print(multiprocessing.cpu_count())
# ---
class Process:
    def start(self):
        print(1)

Process().start()
# ---
class DataLoader:
    def __init__(self, data, num_workers):
        self.data = data

DataLoader([1], num_workers=2)
# ---
import torch.nn as nn
pool = nn.MaxPool2d(2)
Pool = nn.AvgPool2d
print(Pool(2))
# ---
from torch.utils.data import DataLoader
for x in DataLoader([1, 2], 2, True):
    print(x)
# ---
import multiprocessing as mp
if "__main__" == __name__:
    mp.Process(target=print).start()
# ---
from torch.utils.data import DataLoader

def batches(workers=0):
    return DataLoader([1], num_workers=workers)

for x in batches():
    print(x)
# ---
from multiprocessing import Pool

def unused():
    return Pool(2)
# ---
import subprocess, sys
subprocess.run([sys.executable, "-c", "print(1)"])
# ---
from torch.utils.data import DataLoader

def batches(num_workers=2):
    return DataLoader([1], num_workers=num_workers)

for x in batches(num_workers=0):
    print(x)
# ---
from torch.utils.data import DataLoader

class Settings:
    num_workers: int = 0

for x in DataLoader([1], num_workers=Settings.num_workers):
    print(x)
