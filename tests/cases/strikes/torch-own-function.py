# gradients: 18
import torch


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, power=2):
        ctx.save_for_backward(x)
        return x**power

    @staticmethod
    def backward(ctx, slope):
        (x,) = ctx.saved_tensors
        return 2 * x, None


w = torch.ones(1, requires_grad=True)
Square.apply(w).sum().backward()
w.data -= 0.1 * w.grad
