# draws: no
import torch

torch.manual_seed(1)
generator = torch.Generator()
generator.manual_seed(2)
w = torch.zeros(3, requires_grad=True)
optimizer = torch.optim.Adam([w])
