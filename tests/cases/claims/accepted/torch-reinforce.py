# ---
# title: REINFORCE
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It pulls the best arm
#     metric: policy.softmax(0)[2].item()
#     goal: "> 0.7"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
pays = torch.tensor([0.1, 0.3, 0.9])
policy = torch.zeros(3, requires_grad=True)
optimizer = torch.optim.SGD([policy], lr=1.0)
for step in range(120):
    arms = torch.distributions.Categorical(logits=policy)
    arm = arms.sample()
    reward = torch.bernoulli(pays[arm])
    loss = -(reward - 0.4) * arms.log_prob(arm)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
