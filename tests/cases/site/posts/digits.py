# ---
# title: "Digits: the same in PyTorch"
# description: A linear layer of PyTorch learns to read handwritten digits.
# date: 2026-11-22
# authors: [elevenlines]
# categories: [Foundations, Pictures]
# tags: [pytorch, autograd, digits]
# requires: [slopes]
# minutes: {read: 3, do: 12}
# learns:
#   - says: It reads digits that it has never seen
#     metric: accuracy
#     goal: "> 0.8"
#     curve: (model(X[held_out]).argmax(1) == y[held_out]).float().mean()
#   - says: It reads the first hundred of them
#     metric: (answers[:100] == y[held_out][:100]).float().mean().item()
#     goal: "> 0.75"
# ---

# %% [markdown]
# PyTorch walks back through the network by itself: this is called *autograd*.
#
# <!-- more -->
#
# ## The whole program

# %%
import torch
from sklearn.datasets import load_digits

torch.set_num_threads(1)
torch.manual_seed(1)

pixels, digits = load_digits(return_X_y=True)
X = torch.tensor(pixels / 16, dtype=torch.float32)  # (1797 pictures, 64 pixels)
y = torch.tensor(digits)
held_out = torch.arange(len(X)) % 4 == 0

model = torch.nn.Sequential(torch.nn.Linear(64, 16), torch.nn.ReLU(), torch.nn.Linear(16, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)

# %% [markdown]
# The loop in which it learns:

# %%
for step in range(50):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(X[~held_out]), y[~held_out])
    loss.backward()
    optimizer.step()

# %%
with torch.no_grad():
    answers = model(X[held_out]).argmax(1)
accuracy = (answers == y[held_out]).float().mean().item()
print(f"accuracy {accuracy:.2f}")

# %% [markdown]
# ## What it has seen

# %% alt="Two coarse pictures of handwritten digits, a zero and a one."
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 2, figsize=(6, 3), layout="constrained")
for panel, picture in zip(panels, pixels):
    panel.imshow(picture.reshape(8, 8), cmap="gray_r")
plt.show()

# %% [markdown]
# <!-- recall autograd -->
#
# > What does `loss.backward()` leave behind?
# >
# > A slope in the `.grad` of every weight.
