# ---
# title: "The same network in PyTorch: a framework that others wrote"
# description: Nineteen lines learn to read handwritten digits. Behind each call stands something that you have already built yourself.
# date: 2026-11-22
# authors: [elevenlines]
# categories: [Foundations]
# tags: [pytorch, autograd, digits]
# requires: [framework]
# minutes: {read: 13, do: 25}
# device: cpu
# learns:
#   - says: The network reads digits that it has never seen
#     metric: accuracy
#     goal: "> 0.95"
#     curve: (model(X[held_out]).argmax(1) == y[held_out]).float().mean()
#   - says: Trained on shuffled answers, it reads at least 60 of 100 fewer
#     metric: accuracy - shuffled_curve[-1]
#     goal: "> 0.6"
# ---

# %% [markdown]
# You have written [a framework of your own](framework.md). From here on we use one that others wrote, because it is faster with large tables, knows more rules, and has been tested by many more people than yours. On this page, nineteen lines train a network that reads more than 95 of 100 handwritten digits that it has never seen, and you have built every part of it.
#
# <!-- more -->
#
# ## The whole program
#
# It needs two packages: `torch`, which is PyTorch, and `scikit-learn`, which brings 1,797 small pictures of digits with it. The comments at the ends of lines give the size of each table. The seed is there so that your run matches this page, and the one thread, so that it makes no difference how many cores your computer has.

# %%
import torch
from sklearn.datasets import load_digits

torch.set_num_threads(1)
torch.manual_seed(1)
hidden, rate, steps = 32, 2.0, 400

pixels, digits = load_digits(return_X_y=True)
X = torch.tensor(pixels / 16, dtype=torch.float32)  # (1797 pictures, 64 pixels)
y = torch.tensor(digits)  # (1797 answers)
held_out = torch.arange(len(X)) % 4 == 0  # every fourth picture

model = torch.nn.Sequential(
    torch.nn.Linear(64, hidden), torch.nn.Sigmoid(), torch.nn.Linear(hidden, 10))
loss_of = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=rate)

# %% [markdown]
# So far nothing has been learned. This is the loop in which it happens:

# %%
for step in range(steps):
    optimizer.zero_grad()
    scores = model(X[~held_out])  # (1347 pictures, 10 scores)
    loss = loss_of(scores, y[~held_out])
    loss.backward()
    optimizer.step()

# %% [markdown]
# Every fourth picture was kept out of training. Only these count now: a network that has merely learned its examples by heart would fail on them. Its answer to a picture is the digit with the highest score. (`no_grad()` says: no tape here, we only look. `.item()` turns a tensor with a single number into a Python number.)

# %%
with torch.no_grad():
    answers = model(X[held_out]).argmax(1)  # (450 answers)
right = (answers == y[held_out]).sum().item()
accuracy = right / len(answers)
print(f"{right} of {len(answers)} held-out pictures read correctly: {accuracy:.3f}")

# %% [markdown]
# ## Line by line
#
# ### The digits
#
# A picture has 8 by 8 pixels, each a number from 0 (white) to 16 (black), written one after the other as one row of 64. Dividing by 16 brings them into the range from 0 to 1. A *tensor* is PyTorch's name for a table of numbers. (`float32` are numbers of half the length of Python's own. The weights of the model are of this kind, and the pictures must match them.) Here are three of the pictures, back in their 8 by 8 shape.

# %% alt="Three coarse pictures of handwritten digits, 8 by 8 grey squares each: a zero, a one and a two."
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 3, figsize=(6.4, 3.2), layout="constrained")
for panel, picture, digit in zip(panels, pixels, digits):
    panel.imshow(picture.reshape(8, 8), cmap="gray_r")
    panel.set_title(f"right answer: {digit}")
    panel.set_xlabel("pixel column")
panels[0].set_ylabel("pixel row")
plt.show()

# %% [markdown]
# `held_out` is True for every fourth picture and False for the others; `~` turns that round. So `X[~held_out]` are the pictures to train on, and `X[held_out]` the ones to be tested on.

# %%
print(f"to train on:  {(~held_out).sum().item()} pictures")
print(f"to test on:   {held_out.sum().item()} pictures")

# %% [markdown]
# ### The model: layers that own tables
#
# `Linear` and `Sequential` are yours, down to the name. `Linear(64, 32)` owns a table of weights from 64 inputs to 32 hidden neurons, and a bias for each of them; it draws its own random start. `Sigmoid()` is the squashing of [eleven lines](eleven-lines.md). `Linear(32, 10)` leads to ten outputs, one for each digit. `Sequential` does the three one after the other.

# %%
for name, weights in model.named_parameters():
    print(f"{name:9} {str(tuple(weights.shape)):9} {weights.numel():5} numbers")
print(f"together  {sum(weights.numel() for weights in model.parameters())}")

# %% [markdown]
# Yours kept a column for each neuron. PyTorch keeps the table turned on its side, a row for each, hence the `.T` below. Otherwise its work can be done by hand, here for the first picture:

# %%
with torch.no_grad():
    l1 = 1 / (1 + torch.exp(-(X[:1] @ model[0].weight.T + model[0].bias)))  # (1, 32)
    by_hand = l1 @ model[2].weight.T + model[2].bias  # (1 picture, 10 scores)
    by_model = model(X[:1])  # (1 picture, 10 scores)
print("by hand:  " + " ".join(f"{score:5.1f}" for score in by_hand[0].tolist()))
print("by model: " + " ".join(f"{score:5.1f}" for score in by_model[0].tolist()))

# %% [markdown]
# The same ten scores. The first one, for the digit 0, is the highest, so the answer is 0.
#
# ### The loss: how wrong?
#
# The scores are not squashed; they can be any numbers. `CrossEntropyLoss` does what your `cross_entropy` does. It first turns the ten scores into ten chances between 0 and 1 that add up to 1: e to the power of each score, divided by the sum of all ten. Then it looks at one of them only, the chance given to the *right* digit. The loss is minus its logarithm: 0 when that chance is 1, and larger the smaller it is. Over many pictures it takes the mean.

# %%
powers = torch.exp(by_hand[0])  # (10)
chance = powers[y[0]] / powers.sum()
print(f"chance given to the right digit: {chance.item():.4f}")
print(f"loss by hand: {-torch.log(chance).item():.4f}")
print(f"loss_of:      {loss_of(by_model, y[:1]).item():.4f}")

# %% [markdown]
# Why not the squared error of [eleven lines](eleven-lines.md)? There, line 9 multiplied by the steepness of the sigmoid, which is near 0 not only for answers that are right but also for those that are completely wrong. This loss has no such flat part: its slope for a score is the chance minus what was wanted, so the more wrong, the steeper.
#
# ### The slopes: the walk back
#
# While the model computes, every tensor that depends on a weight remembers what it was made from. `loss.backward()` walks back from the loss and leaves a slope in the `.grad` of every weight. (There is no single long tape, as in [yours](autograd.md). Each result refers to its parts, so that two calculations do not get into each other's way.)
#
# Do not take it on trust. Here is the network of the eleven lines, with new random weights, and the formulas for their slopes that we found [by hand](gradient-descent.ipynb).

# %%
cases = torch.tensor([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])  # (4, 3)
xor = torch.tensor([[0.0], [1], [1], [0]])  # (4, 1)
syn0, syn1 = 2 * torch.rand(3, 4) - 1, 2 * torch.rand(4, 1) - 1
l1 = torch.sigmoid(cases @ syn0)  # (4 cases, 4 hidden)
l2 = torch.sigmoid(l1 @ syn1)  # (4 cases, 1 output)
delta = (l2 - xor) * l2 * (1 - l2)  # (4 cases, 1 output)
slope0 = cases.T @ (delta @ syn1.T * l1 * (1 - l1))  # (3 inputs, 4 hidden)
slope1 = l1.T @ delta  # (4 hidden, 1 output)

# %% [markdown]
# And here are the same slopes from autograd. We write only the way forward, up to the error. `requires_grad_()` asks PyTorch to take notes for these two tables (the `_` at the end says that it changes the tensor itself); after `backward()`, their slopes are in `.grad`.

# %%
syn0.requires_grad_()
syn1.requires_grad_()
l2 = torch.sigmoid(torch.sigmoid(cases @ syn0) @ syn1)  # (4 cases, 1 output)
(((xor - l2) ** 2).sum() / 2).backward()
gap = max((syn0.grad - slope0).abs().max(), (syn1.grad - slope1).abs().max())
print(f"first slope: formula {slope0[0, 0].item():.6f}", end="")
print(f", autograd {syn0.grad[0, 0].item():.6f}")
print(f"largest difference of all sixteen: {gap.item():.6f}")

# %% [markdown]
# The three lines that took us two posts to understand have become one call.
#
# <!-- recall backward -->
#
# > What does `loss.backward()` do?
# >
# > It finds the slope of the loss for every weight, by going backwards through the steps of the computation, and adds it to the weight's `.grad`.
#
# ### The step, and why zero_grad
#
# `optimizer.step()` does `weight -= rate * slope` for every weight, and `lr` is the learning rate. It finds the weights in `model.parameters()`, which is what `network.weights` was in yours. `SGD` stands for stochastic gradient descent; stochastic means "with chance", because people usually take a random handful of the examples for each step. We take them all.
#
# `optimizer.zero_grad()` wipes out the slopes of the round before; yours did that at the end of each step. It must be done because `backward()` *adds* to what is already in `.grad`, as the `+=` in your walk back does. Leave it out and you see this:

# %%
optimizer.zero_grad()
for call in [1, 2, 3]:
    loss_of(model(X[~held_out]), y[~held_out]).backward()
    largest = model[0].weight.grad.abs().max().item()
    print(f"after call {call}: largest slope {largest:.6f}")

# %% [markdown]
# Once, twice, three times the slope, for weights that have not moved at all. A step should follow the slope where we stand, not the sum of all slopes on the way.
#
# <!-- recall step -->
#
# > What does `optimizer.step()` do, here with SGD?
# >
# > It moves every weight against its slope: `weight -= rate * slope`.
#
# <!-- recall zero-grad -->
#
# > Why is there a `zero_grad()` in the loop?
# >
# > Because `backward()` adds to the slopes that are already there. Without it, the slopes of all earlier rounds would be added up.
#
# ## Break it
#
# Two experiments. In the first we switch learning off by leaving out `optimizer.step()`. In the second everything stays, but the answers in the training set are shuffled among the pictures: the same pictures and the same digits, only they no longer belong together. If its accuracy comes from what the pictures show, a network that was trained like this can only guess.
#
# We put the training into a function that starts from the same seed each time and notes the accuracy on the held-out pictures, always against their true answers.

# %%
def accuracy_curve(answers, learning=True):
    torch.manual_seed(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, hidden), torch.nn.Sigmoid(), torch.nn.Linear(hidden, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    curve = []
    for step in range(steps):
        optimizer.zero_grad()
        loss_of(model(X[~held_out]), answers).backward()
        if learning:
            optimizer.step()
        with torch.no_grad():
            correct = model(X[held_out]).argmax(1) == y[held_out]  # (450)
        curve.append(correct.float().mean().item())
    return curve

# %% [markdown]
# `torch.randperm(n)` gives the numbers from 0 to n − 1 in random order. With it we shuffle the answers.

# %%
true_answers = y[~held_out]  # (1347 answers)
shuffled_answers = true_answers[torch.randperm(len(true_answers))]  # (1347 answers)
trained_curve = accuracy_curve(true_answers)
untrained_curve = accuracy_curve(true_answers, learning=False)
shuffled_curve = accuracy_curve(shuffled_answers)
print(f"trained:          {trained_curve[-1]:.3f}")
print(f"learning off:     {untrained_curve[-1]:.3f}")
print(f"shuffled answers: {shuffled_curve[-1]:.3f}")

# %% [markdown]
# With ten digits, pure guessing is right about one time in ten, and neither of the broken programs reads noticeably better than that. (With shuffled answers, luck comes in lumps: pictures of the same digit look alike, so many of them get the same answer and are right or wrong together. Other seeds end somewhat above one in ten, or somewhat below.)

# %% alt="Accuracy on held-out digits against training steps. The trained network climbs steeply and ends above the goal of 0.95. With learning off, and with shuffled answers, it stays around 0.1 or below."
plt.figure(figsize=(6.4, 3.2), layout="constrained")
plt.plot(trained_curve, color="#0a6b5c", label="trained")
plt.plot(untrained_curve, color="#8a8178", label="learning off")
plt.plot(shuffled_curve, color="#3f6fb5", linestyle=":", label="shuffled answers")
plt.axhline(0.95, color="#b4462a", linestyle="--", label="goal: 0.95")
plt.xlabel("step")
plt.ylabel("held-out accuracy")
plt.legend()
plt.show()

# %% [markdown]
# Notice how fast the green line climbs at first, and how long it takes over the last few pictures. It trembles on the way up: the rate of 2.0 is a large one, and many of the early steps jump from side to side, a milder case of what the largest rate did in [the bowl](gradient-descent.ipynb). The network with the shuffled answers was trained just as hard, and knows nothing about new pictures.
#
# <!-- recall held-out -->
#
# > Why do we test on pictures that were not used for training?
# >
# > A network may learn its examples by heart. Only pictures it has never seen show whether it learned something that holds beyond them.
#
# <!-- recall shuffled -->
#
# > What does the experiment with shuffled answers show?
# >
# > The program, the pictures and the number of steps are the same, yet the accuracy falls to that of guessing. So the accuracy comes from the link between picture and answer.
#
# ## Try it yourself
#
# Change one thing at a time, and say what you expect before you run it.
#
# 1. Leave out `optimizer.zero_grad()` in the training loop, so that each step follows the sum of all slopes so far. Does the network still learn? Measure before you believe anyone, and then think of *momentum*, exercise 4 of [your own framework](framework.md).
# 2. Remove `torch.nn.Sigmoid()` from the model, and run the program up to the accuracy. With rate 2.0 this goes wrong, for a reason you know; try 0.2. Sums of sums are only sums: how far do you get with digits, and why not with XOR?
# 3. Hold out the last quarter of the pictures in place of every fourth: `torch.arange(len(X)) >= 1347`. The pictures stand in the order in which they were collected, so these probably come from other people's hands. Is reading them easier or harder?
# 4. Train for ten times as long, once with the true answers and once with shuffled ones, and print the accuracy on the *training* pictures too, by the answers that they were trained with.
#
# ## What I left out
#
# Real data do not fit into one table, so each step sees a handful of examples, which a `DataLoader` brings. `model.to("cuda")` moves the weights to a graphics card, and pictures and answers must follow; it pays when the tables are large. And the reason for `float32`: most of what a network knows does not need sixteen digits.
#
# ## Sources
#
# - PyTorch, [Automatic differentiation with torch.autograd](https://docs.pytorch.org/tutorials/beginner/basics/autogradqs_tutorial.html). The library's own introduction.
# - Adam Paszke and others, [PyTorch: An Imperative Style, High-Performance Deep Learning Library](https://arxiv.org/abs/1912.01703), 2019.
# - E. Alpaydin and C. Kaynak, [Optical Recognition of Handwritten Digits](https://doi.org/10.24432/C50P49), 1998. The digits; scikit-learn ships [a part of them](https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html).
