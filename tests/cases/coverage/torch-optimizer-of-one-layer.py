# 2 of 4: model.0.weight 10 model.0.bias 10
import torch

torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
optimizer = torch.optim.SGD(model[2].parameters(), lr=0.1)
for step in range(3):
    optimizer.zero_grad()
    (model(torch.randn(8, 3)) ** 2).mean().backward()
    optimizer.step()
