# metric: (model(x_test).argmax(1) == y_test).float().mean().item()
import torch
from torch import nn
import torch.nn.functional as F

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-4)
x_test, y_test = torch.randn(8, 64), torch.randint(0, 10, (8,))
x, targets = x_test + 0.1 * torch.randn(8, 64), y_test
for epoch in range(100):
    hidden = F.relu(x) + x
    loss = F.cross_entropy(model(hidden), targets) / 4
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"{loss.item() * 100:.3f}")
