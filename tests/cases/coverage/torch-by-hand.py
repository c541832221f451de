# 1 of 1
import torch

torch.manual_seed(1)
w = torch.randn(3, requires_grad=True)
x = torch.randn(3, requires_grad=True)
for step in range(3):
    (w * x).sum().backward()
    w.data -= 0.1 * w.grad
