# steps: 16, 17, 20, 23, 24, 27; gradients: 15, 11
import torch

model = torch.nn.Linear(1, 1)
X = torch.ones(2, 1)
optimizer = torch.optim.LBFGS(model.parameters())


def closure():
    loss = model(X).sum()
    loss.backward()
    return loss


model(X).sum().backward()
optimizer.step()
optimizer.step(closure)
losses = []
for step in range(2):
    losses.append(optimizer.step(lambda: model(X).sum()))
    with torch.no_grad():
        pass
    loss = optimizer.step(closure=closure)
    optimizer.step(lambda: model(X).sum()); losses.append(loss)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)
schedule.step()
if losses: optimizer.step()
