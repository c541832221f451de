# draws: yes
import torch

torch.manual_seed(1)
with torch.random.fork_rng():
    x = torch.rand(3)
