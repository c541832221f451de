# learns:
torch.manual_seed(3)
rng = np.random.default_rng()
for step in range(3):
    loss = optimizer.step(closure)
    optimizer.step()
    with torch.no_grad():
        w -= rate * w.grad
        w.sub_(rate * w.grad)
        for part in model.parameters():
            part.data = part.data - rate * part.grad
            part.grad.zero_()
plt.show()
