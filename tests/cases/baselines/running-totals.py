# correct / total
# counted / rows
# share
# sum(hits) / len(hits)
import torch
from torch import nn

torch.manual_seed(0)
X = torch.randn(230, 2)
y = (X[:, 0] > 0.25).long()
net = nn.Linear(2, 2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=50)
for epoch in range(20):
    for inputs, labels in loader:
        labels = labels.to("cpu")
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(inputs), labels).backward()
        optimizer.step()

with torch.no_grad():
    correct = 0
    total = 0
    for inputs, labels in loader:
        labels = labels.to("cpu")
        outputs = net(inputs)
        _, predicted = torch.max(outputs.data, 1)
        total += labels.size(0)
        correct += (predicted == labels).sum().item()

counted, rows = 0, 0
for inputs, labels in loader:
    labels = labels.to("cpu")
    guess = net(inputs).argmax(1)
    counted = counted + (guess == labels).sum().item()
    rows = rows + len(labels)

share = 0.0
for i in range(230):
    share += float(net(X[i : i + 1]).argmax(1) == y[i]) / 230

hits = []
for i in range(230):
    hits.append(net(X[i : i + 1]).argmax(1).item() == y[i].item())
