# draws: yes
import torch

x = torch.randn(3, generator=torch.Generator().manual_seed(1))
