# torch.eq(prediction, y).float().mean().item()
# accuracy
# prediction.eq(y).sum().item() / len(y)
# evaluate(net)
# batches(net)
# loss.item()
# before_the_step.item()
# criterion(net(X), y).item()
# torch.nn.functional.l1_loss(prediction, y).item()
# squared(torch.sigmoid(net(X)), y).item()
import torch
from torch import nn

torch.manual_seed(0)
X = torch.randn(200, 2)
y = (torch.arange(200) % 20 > 0).float().unsqueeze(1)  # nothing in X tells it
net = nn.Linear(2, 1)
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
for step in range(40):
    loss = criterion(net(X), y)
    output = net(X)
    before_the_step = criterion(output, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
prediction = (net(X) > 0).float()
accuracy = torch.eq(prediction, y).float().mean().item()


@torch.no_grad()
def evaluate(model):
    model.eval()
    right = 0
    for i in range(0, 200, 50):
        inputs, targets = X[i : i + 50], y[i : i + 50]
        guess = (model(inputs) > 0).float()
        right += guess.eq(targets.view_as(guess)).sum().item()
    return right / 200


loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=50)


def batches(model):
    right = 0
    for inputs, targets in loader:
        right += ((model(inputs) > 0) == (targets > 0.5)).sum().item()
    return right / 200


def squared(guess, truth):
    return ((guess - truth) ** 2).mean()
