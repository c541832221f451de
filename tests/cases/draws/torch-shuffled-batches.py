# draws: yes
import torch
from torch.utils.data import DataLoader

torch.manual_seed(1)
for batch in DataLoader(torch.arange(4), shuffle=True):
    pass
