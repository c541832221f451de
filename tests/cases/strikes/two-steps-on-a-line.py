# steps: 7
import torch

w = torch.ones(1, requires_grad=True)
one = torch.optim.SGD([w], 0.1)
other = torch.optim.SGD([w], 0.1)
one.step(); other.step()
