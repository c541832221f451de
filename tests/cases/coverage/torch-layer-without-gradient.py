# 2 of 3: net.spare.weight 21
import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.used = torch.nn.Linear(3, 1)
        self.spare = torch.nn.Linear(3, 1, bias=False)

    def forward(self, x):
        return self.used(x)


torch.manual_seed(1)
net = Net()
optimizer = torch.optim.Adam(net.parameters())
for step in range(3):
    optimizer.zero_grad()
    (net(torch.randn(8, 3)) ** 2).mean().backward()
    optimizer.step()
