# ---
# title: "The same network in PyTorch: a framework that others wrote"
# description: A short program learns to read handwritten digits. Behind each call there is something that you have already built yourself.
# date: 2026-11-22
# authors: [elevenlines]
# categories: [Foundations]
# tags: [pytorch, autograd, digits]
# requires: [framework]
# minutes: {read: 23, do: 30}
# device: cpu
# learns:
#   - says: The network reads digits that it has never seen
#     metric: accuracy
#     goal: "> 0.95"
#     curve: (model(X[held_out]).argmax(1) == y[held_out]).float().mean()
#   - says: Trained on shuffled answers, it reads at least 60 of 100 fewer
#     metric: trained_curve[-1] - shuffled_curve[-1]
#     goal: "> 0.6"
#   - says: In the second half of the training it never reads fewer than 95 of 100
#     metric: min(trained_curve[steps // 2:])
#     goal: "> 0.95"
#   - says: The slopes of its last step are those that your own framework's rules give
#     metric: accuracy * (gap < 1e-6)
#     goal: "> 0.95"
# variants:
#   - says: The same steps are too big for numbers from 0 to 16. The accuracy jumps up and down to the end.
#     replace: pixels / 16, dtype
#     with: pixels, dtype
#   - says: With a tenth of the rate, 400 steps do not get far enough.
#     replace: hidden, rate, steps = 32, 2.0, 400
#     with: hidden, rate, steps = 32, 0.2, 400
#   - says: With ten times the rate, the steps jump across the bottom.
#     replace: hidden, rate, steps = 32, 2.0, 400
#     with: hidden, rate, steps = 32, 20.0, 400
#   - says: A tenth of the steps is not enough.
#     replace: hidden, rate, steps = 32, 2.0, 400
#     with: hidden, rate, steps = 32, 2.0, 40
# vary:
#   hidden:
#     says: Everything that the network knows of a picture passes through its hidden neurons.
#     values: [1, 2, 4, 8, 16, 128]
# ---

# %% [markdown]
# You have written [a framework of your own](framework.md). From here on we use one that others wrote. It is faster with large tables, it knows more rules, and many more people have tested it. On this page, a short program trains a network that reads more than 95 of 100 handwritten digits that it has never seen. You have already built every part of it yourself.
#
# <!-- more -->
#
# ## The whole program
#
# It needs two packages: `torch`, which is PyTorch, and `scikit-learn`, which brings 1,797 small pictures of digits with it. (The figures further down also need `matplotlib`.) The comments at the ends of lines give the size of each table. The program sets PyTorch to one thread, so the number of cores in your computer makes no difference. First come the digits, and three numbers that you may want to change.

# %%
import torch
# --8<-- "digits.py"

torch.set_num_threads(1)
hidden, rate, steps = 32, 2.0, 400

# %% [markdown]
# Then the network, a way to say how wrong it is, and what will change its weights. The seed is there so that your run matches this page.

# %% tags=["program"]
torch.manual_seed(1)
model = torch.nn.Sequential(
    torch.nn.Linear(64, hidden), torch.nn.Sigmoid(), torch.nn.Linear(hidden, 10))
loss_of = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=rate)

# %% [markdown]
# So far nothing has been learned. This is the loop in which it happens. Its five lines are explained below, in this order.

# %% tags=["program"]
for step in range(steps):
    optimizer.zero_grad()
    scores = model(X[~held_out])  # (1347 pictures, 10 scores)
    loss = loss_of(scores, y[~held_out])
    loss.backward()
    optimizer.step()

# %% [markdown]
# Every fourth picture was kept out of training. Only these count now. A network that has only learned its examples by heart would fail on them. Its answer to a picture is the digit with the highest score: `argmax(1)` finds the place of the largest number in each row. (`no_grad()` says that no tape is needed, because we only look. `.float()` makes 1 of True and 0 of False, so the mean is the share of right answers. `.item()` turns a tensor with a single number into a Python number.)

# %%
with torch.no_grad():
    right = model(X[held_out]).argmax(1) == y[held_out]  # (450), True or False
accuracy = right.float().mean().item()
print(f"{right.sum()} of {len(right)} held-out pictures read correctly: {accuracy:.3f}")

# %% [markdown]
# ## Yours and theirs
#
# Here is every part of your framework, beside its name in PyTorch.
#
# | you wrote | PyTorch has |
# |---|---|
# | `Tensor(value)` | `torch.tensor(value)` |
# | `Linear(rng, 64, 32)` | `torch.nn.Linear(64, 32)` |
# | `Sequential(…)` | `torch.nn.Sequential(…)` |
# | `cross_entropy(scores, right)` | `loss_of(scores, right)`, made by `CrossEntropyLoss()` |
# | `backward(loss)` | `loss.backward()` |
# | `weights.slope` | `weights.grad` |
# | `SGD(network.weights, rate)` | `torch.optim.SGD(model.parameters(), lr=rate)` |
# | `optimizer.step()`, which also sets the slopes to 0 | `optimizer.step()` and `optimizer.zero_grad()` |
#
# So the loop does this, line by line:
#
# 1. `optimizer.zero_grad()` sets all slopes to 0.
# 2. `model(…)` computes ten scores for each training picture. PyTorch notes what they are made from.
# 3. `loss_of(…)` makes one number of the scores and the right answers: how wrong is the network?
# 4. `loss.backward()` walks back and leaves a slope in every weight.
# 5. `optimizer.step()` moves every weight against its slope.
#
# The rest of this page looks at these steps one by one. Their order matters in two places. The slopes must be set to 0 before the walk back, and the step must come after it.
#
# ## Step by step
#
# ### The digits
#
# A picture has 8 by 8 pixels, each a number from 0 (white) to 16 (black). They are written one after the other as one row of 64. Dividing by 16 brings them into the range from 0 to 1. (Without this the sums in the neurons are sixteen times as large, and the same steps are too big: the accuracy jumps up and down to the end.) A *tensor* is PyTorch's name for a table of numbers. (`float32` is a kind of number that needs half the memory of Python's own. The weights of the model are of this kind, and the pictures must be, too.) Here are three of the pictures, back in their 8 by 8 shape.

# %% alt="Three coarse pictures of handwritten digits, 8 by 8 grey squares each: a zero, a one and a two."
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 3, figsize=(4.8, 2.7), layout="constrained")
for panel, picture, digit in zip(panels, pixels, digits):
    panel.imshow(picture.reshape(8, 8), cmap="gray_r")
    panel.set_title(f"right answer: {digit}", fontsize=10)
    panel.set_xlabel("pixel column")
panels[0].set_ylabel("pixel row")
plt.show()

# %% [markdown]
# This is the path that the training pictures take through the network. The green tables have a row for each picture. The brown ones are the weights, which the two calls of `Linear` have made. Each green table times the brown one to its right gives the next one, before the biases are added and the sigmoid squashes the sums.

# %% alt="Three upright green rectangles from left to right, each narrower than the one before: 1347 by 64, 1347 by 32 and 1347 by 10. Under each gap a brown rectangle, the weights: 64 by 32 and 32 by 10. Arrows lead to the right."
# --8<-- "drawings.py:layers"

draw_layers(["X", "hidden", "scores"], (~held_out).sum(), [64, hidden, 10])

# %% [markdown]
# `held_out` is True for every fourth picture and False for the others. `~` turns that around. So `X[~held_out]` are the pictures to train on, and `X[held_out]` the ones to be tested on.

# %%
print(f"to train on:  {(~held_out).sum().item()} pictures")
print(f"to test on:   {held_out.sum().item()} pictures")

# %% [markdown]
# ### The scores: layers that own tables
#
# `Linear` and `Sequential` work like yours. `Linear(64, 32)` owns a table of weights from 64 inputs to 32 hidden neurons, and a bias for each of them. It draws its own random start. `Sigmoid()` is the squashing of [eleven lines](eleven-lines.md). `Linear(32, 10)` leads to ten outputs, one for each digit. `Sequential` does the three one after the other. (The number in front of a name, below, is the place in `Sequential`. At place 1 is the sigmoid, which has no weights.)

# %%
for name, weights in model.named_parameters():
    print(f"{name:9} {str(tuple(weights.shape)):9} {weights.numel():5} numbers")
print(f"together  {sum(weights.numel() for weights in model.parameters())}")

# %% [markdown]
# Yours had a column for each neuron. PyTorch has a row for each, so we need the `.T` below. Otherwise you can do its work by hand, here for the first picture:

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
# Are these the slopes that your framework would find? The loop is over, but the slopes of its last step are still in `.grad`. That step made `weight - rate * slope` of every weight. So `weight + rate * slope` is the weight as it was before, when these slopes were computed. From there we compute them once more, with your rules. `delta` is the slope for the scores: chance minus what was wanted, divided by the number of pictures. The slope for a table of weights is this slope times what went into the layer. The slope for a bias is the sum over the pictures. And the way back through the layer is the line that you know from [eleven lines](eleven-lines.md).

# %%
with torch.no_grad():
    W0, b0, W1, b1 = [weights + rate * weights.grad for weights in model.parameters()]
    pictures = X[~held_out]  # (1347, 64 pixels)
    wanted = torch.eye(10)[y[~held_out]]  # (1347, 10 digits)
    l1 = torch.sigmoid(pictures @ W0.T + b0)  # (1347, 32)
    powers = torch.exp(l1 @ W1.T + b1)  # (1347, 10)
    chances = powers / powers.sum(axis=1, keepdims=True)  # (1347, 10)
    delta = (chances - wanted) / len(pictures)  # (1347, 10)
    back = delta @ W1 * l1 * (1 - l1)  # (1347, 32)
    yours = [back.T @ pictures, back.sum(0), delta.T @ l1, delta.sum(0)]

# %% [markdown]
# And here are PyTorch's, as the last `loss.backward()` of the loop has left them.

# %%
names = [name for name, weights in model.named_parameters()]
theirs = [weights.grad for weights in model.parameters()]
print("largest slope in       yours      PyTorch's")
for name, your, their in zip(names, yours, theirs):
    print(f"{name:18} {your.abs().max():10.6f} {their.abs().max():12.6f}")
gap = max((your - their).abs().max().item() for your, their in zip(yours, theirs))
print(f"slopes compared: {sum(their.numel() for their in theirs)}")
print(f"all equal to 6 decimals: {gap < 1e-6}")

# %% [markdown]
# They are equal. The rules that took us several posts are now one call.
#
# <!-- recall backward -->
#
# > What does `loss.backward()` do?
# >
# > It finds the slope of the loss for every weight, by going backwards through the steps of the computation, and adds it to the weight's `.grad`.
#
# ### The step, and why zero_grad
#
# `optimizer.step()` does `weight -= rate * slope` for every weight, and `lr` is the learning rate. It finds the weights in `model.parameters()`, as yours found them in `network.weights`.
#
# `optimizer.zero_grad()` sets the slopes of the round before to 0. Yours did that at the end of each step. It is necessary because `backward()` *adds* to what is already in `.grad`, as the `+=` in your walk back does. Without it, this happens:

# %%
optimizer.zero_grad()
for call in [1, 2, 3]:
    loss_of(model(X[~held_out]), y[~held_out]).backward()
    largest = model[0].weight.grad.abs().max().item()
    print(f"after call {call}: largest slope {largest:.6f}")

# %% [markdown]
# The slope comes out once, twice, three times as large, although no weight has moved. A step should follow the slope at the present weights, not the sum of all slopes so far.
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
# Two experiments. In the first we switch learning off: we leave out `optimizer.step()`. In the second we shuffle the answers in the training set among the pictures. The pictures and the digits stay the same, but they no longer belong together. If the accuracy comes from what the pictures show, a network that was trained like this can only guess.
#
# We put the training into a function that starts from the same seed each time and notes the accuracy on the held-out pictures, always against their true answers.

# %% tags=["program"]
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
# With ten digits, guessing is right about one time in ten. Neither of the broken programs is much better than that. (With shuffled answers, other seeds end somewhat above one in ten, or somewhat below. Pictures of the same digit look alike, so many of them get the same answer, and are right or wrong together.)

# %% alt="Accuracy on held-out digits against training steps. The trained network climbs steeply and ends above the goal of 0.95. With learning off, and with shuffled answers, it stays around 0.1 or below."
plt.figure(figsize=(4.8, 2.7), layout="constrained")
plt.plot(trained_curve, color="#0a6b5c", label="trained")
plt.plot(untrained_curve, color="#8a8178", label="learning off")
plt.plot(shuffled_curve, color="#3f6fb5", linestyle=":", label="shuffled answers")
plt.axhline(0.95, color="#b4462a", linestyle="--", label="goal: 0.95")
plt.xlabel("step")
plt.ylabel("held-out accuracy")
plt.legend()
plt.show()

# %% [markdown]
# Notice how fast the green line climbs at first, and how long it takes for the last few pictures. It trembles on the way up. The rate of 2.0 is large, and many of the early steps jump from side to side, as the largest rate did in [the bowl](gradient-descent.ipynb). In the second half it is calm, and the accuracy never falls below `{python} f"{min(trained_curve[steps // 2:]):.3f}"`. The network with the shuffled answers was trained for just as many steps, and knows nothing about new pictures.
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
# 1. Leave out `optimizer.zero_grad()` in the training loop, so that each step follows the sum of all slopes so far. Does the network still learn? Measure before you believe anyone. Then think of *momentum*, exercise 4 of [your own framework](framework.md).
#
#     ??? tip "Solution"
#         It learns, and nearly as well:
#
#         ```text
#                             seed 1   seed 2   seed 3
#         with zero_grad       0.973    0.976    0.969
#         without              0.967    0.971    0.967
#         ```
#
#         The sum of all slopes so far is momentum that never fades. Here it works. But the steps get longer and longer where the slopes agree, so do not rely on it.
#
# 2. Remove `torch.nn.Sigmoid()` from the model, and run the program up to the accuracy. With rate 2.0 this goes wrong, for a reason that you know. Try 0.2. A sum of sums is only a sum: how far do you get with digits, and why not with XOR?
#
#     ??? tip "Solution"
#         ```text
#         without sigmoid, rate 2.0:  loss nan, accuracy 0.098
#         without sigmoid, rate 0.2:  loss 0.125, accuracy 0.967
#         ```
#
#         With rate 2.0 the steps are too big, as in the bowl: the weights grow until they are no numbers any more (`nan`). With rate 0.2 a single weighted sum for each digit reads nearly as many digits as the network with a hidden layer. In these pictures, most pixels count for a digit or against it, whatever the others are. In XOR they do not.
#
# 3. Hold out the last quarter of the pictures in place of every fourth: `torch.arange(len(X)) >= 1347`. The pictures are in the order in which they were collected, so these probably come from other people's hands. Is it easier or harder to read them?
#
#     ??? tip "Solution"
#         Harder, by 5 digits in 100:
#
#         ```text
#                             seed 1   seed 2   seed 3
#         every fourth         0.973    0.976    0.969
#         the last quarter     0.924    0.924    0.922
#         ```
#
#         So how good a network is depends on what you test it with. Every fourth picture comes from hands that the network knows.
#
# 4. Train for ten times as long, once with the true answers and once with shuffled ones. Print the accuracy on the *training* pictures too, by the answers that they were trained with. (Let `accuracy_curve` return it as well.)
#
#     ??? tip "Solution"
#         ```text
#                             training   held-out
#         true answers           1.000      0.976
#         shuffled answers       0.502      0.100
#         ```
#
#         With shuffled answers the network learns half of its training answers by heart, although there is nothing to understand. On new pictures it still guesses. That is why we test on pictures that were held out.
#
# ## What I left out
#
# Real data do not fit into one table, so each step sees a handful of examples, which a `DataLoader` brings. `model.to("cuda")` moves the weights to a graphics card, and pictures and answers must be moved there, too. This is worth it when the tables are large: see [make it fast](faster.md). And why `float32`? The weights of a network do not need the sixteen digits of Python's own numbers, and shorter numbers are faster.
#
# ## Sources
#
# - PyTorch, [Automatic differentiation with torch.autograd](https://docs.pytorch.org/tutorials/beginner/basics/autogradqs_tutorial.html). The library's own introduction.
# - Adam Paszke and others, [PyTorch: An Imperative Style, High-Performance Deep Learning Library](https://arxiv.org/abs/1912.01703), 2019.
# --8<-- "sources.md:digits"
