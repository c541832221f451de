# 1 of 2: a tensor of shape (1,) 10
import torch


def train():
    layer = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD([{"params": layer.weight}, {"params": layer.bias, "lr": 0}], lr=0.1)
    for step in range(3):
        (layer(torch.ones(8, 3)) ** 2).mean().backward()
        optimizer.step()
    return layer.weight.detach().sum()


torch.manual_seed(1)
total = train()
