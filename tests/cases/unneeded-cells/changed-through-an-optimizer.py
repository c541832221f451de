# metric: net(test).item()
# %%
import torch

net, test = torch.nn.Linear(1, 1), torch.ones(1, 1)
optimizer = torch.optim.SGD([net.weight, net.bias], lr=0.1)
# %%
for step in range(5):
    loss = (net(test) - 2).square().sum()
    loss.backward()
    optimizer.step()
