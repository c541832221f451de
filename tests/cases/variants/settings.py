# metric: float(loss)
import warnings

import torch

warnings.simplefilter("error")
torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch.manual_seed(1)
w = torch.zeros(3, requires_grad=True)
for step in range(20):
    loss = ((w - 1) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
