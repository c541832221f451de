import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(8.0))
for (x,) in DataLoader(data, batch_size=4, num_workers=2):  # here
    print(x)
# ---
import torch
loader = torch.utils.data.DataLoader([1, 2], num_workers=1)  # here
print(next(iter(loader)))
# ---
import torch.utils.data as data
workers = 4
loader = data.DataLoader([1], num_workers=workers)  # here
for x in loader:
    print(x)
# ---
import os
from torch.utils.data import DataLoader
for x in DataLoader([1], num_workers=os.cpu_count() // 2):  # here
    print(x)
# ---
from torch.utils.data import DataLoader
options = {"num_workers": 1, "pin_memory": True}
for x in DataLoader([1], **options):  # here
    print(x)
# ---
from torch.utils.data import DataLoader as Loader

def batches():
    return Loader([1], 1, False, None, None, 2)  # here

for x in batches():
    print(x)
# ---
from multiprocessing import Pool
with Pool(2) as pool:  # here
    print(pool.map(abs, [-1]))
# ---
import multiprocessing as mp
p = mp.Process(target=print)  # here
p.start()
# ---
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor() as executor:  # here
    print(list(executor.map(abs, [-1])))
# ---
import concurrent.futures
executor = concurrent.futures.ProcessPoolExecutor(2)  # here
print(executor.submit(abs, -1).result())
# ---
import torch.multiprocessing as mp

def train(rank):
    print(rank)

def main():
    mp.spawn(train, nprocs=2)  # here

main()
# ---
import multiprocessing
context = multiprocessing.get_context("spawn")
pool = context.Pool(2)  # here
print(pool.map(abs, [-1]))
# ---
from multiprocessing import Process

class Worker(Process):
    def run(self):
        print(1)

worker = Worker()  # here
worker.start()
# ---
from multiprocessing import Manager
shared = Manager().dict()  # here
# ---
from torch.utils.data import DataLoader

class Trainer:
    def __init__(self):
        self.loader = DataLoader([1], num_workers=2)  # here

    def fit(self):
        for x in self.loader:
            print(x)

Trainer().fit()
# ---
from multiprocessing import Pool
if __name__ == "__main__":
    print("main")
pool = Pool(2)  # here
# ---
import torch
from torch.utils.data import DataLoader
loader = DataLoader([1], num_workers=2 if torch.cuda.is_available() else 0)  # here
for x in loader:
    print(x)
# ---
from multiprocessing import Pool

def squares(numbers):
    pool = Pool()  # here
    return pool.map(abs, numbers)

if __name__ == "__main__":
    print(squares([1]))
print(squares([2]))
# ---
from torch.utils.data import DataLoader

def batches(num_workers=2):
    return DataLoader([1], num_workers=num_workers)  # here

for x in batches():
    print(x)
# ---
from torch.utils.data import DataLoader

class Settings:
    workers = 4

for x in DataLoader([1], num_workers=Settings.workers):  # here
    print(x)
# ---
from torch.utils.data import DataLoader
settings = dict(num_workers=4, batch_size=2)
for x in DataLoader([1], num_workers=settings["num_workers"]):  # here
    print(x)
# ---
from torch.utils.data import DataLoader

class Trainer:
    def __init__(self, workers):
        self.workers = workers
        self.loader = DataLoader([1], num_workers=self.workers)  # here

trainer = Trainer(workers=2)
