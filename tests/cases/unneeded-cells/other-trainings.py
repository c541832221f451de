# metric: read(net, test)
# %%
import torch

data, answers, test = torch.ones(8, 2), torch.ones(8, 1), torch.ones(2, 2)
torch.set_num_threads(1)
# %%
def make():
    return torch.nn.Linear(2, 1)

def train(make, rate=0.1):
    torch.manual_seed(1)
    model = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step in range(9):
        loss = torch.nn.functional.mse_loss(model(data), answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model

def read(model, inputs):
    return model(inputs).mean().item()
# %%
net = train(make)
# %% not needed
others = {rate: train(make, rate) for rate in (0.01, 1.0)}
for rate, model in others.items():
    print(rate, read(model, test), read(net, test))
# %% not needed
weights = net.weight.detach()
largest = max(weights.flatten().tolist(), key=lambda weight: abs(weight))
for name, model in [("ours", net), ("theirs", train(make, 0.2))]:
    print(name, largest, read(model, test))
