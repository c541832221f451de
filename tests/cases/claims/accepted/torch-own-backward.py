# ---
# title: A backward of your own
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((model(X) > 0) == (y > 0.5)).float().mean()
#     goal: "> 0.8"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()

model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))


class Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, answers):
        ctx.save_for_backward(scores, answers)
        return torch.nn.functional.binary_cross_entropy_with_logits(scores, answers)

    @staticmethod
    def backward(ctx, _):
        scores, answers = ctx.saved_tensors
        return (torch.sigmoid(scores) - answers) / len(answers), None


for step in range(120):
    Loss.apply(model(X), y).backward()
    for p in model.parameters():
        p.data -= 1.0 * p.grad
        p.grad = None
