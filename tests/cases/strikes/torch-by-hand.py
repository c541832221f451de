# gradients: 10, 17, 21, 24, 26, 30
import torch

w, v = torch.ones(2, requires_grad=True), torch.zeros(2)
momentum = torch.zeros(2)


def step(rate):
    loss = (w**2).sum() + v.sum()
    (loss - 1).backward()
    with torch.no_grad():
        w.sub_(rate * w.grad)
        w.grad = None


for _ in range(3):
    (w**2).sum().backward()
    w.data -= 0.1 * w.grad / 2
    w.data.add_(w.grad, alpha=-0.1)
    w.data -= 0.1 * (w.grad + 0.01 * w)
    torch.autograd.backward([w.sum(), -w[0]])
    momentum = 0.9 * momentum + w.grad
    w.data -= momentum
    (slope,) = torch.autograd.grad(
        -w.sum(), [w])
    (again,) = torch.autograd.grad(outputs=(w.sum(), w.prod()), inputs=w)
    w.data -= 0.1 * slope


loss = w.sum(); loss.backward(retain_graph=True)
