from sklearn.datasets import load_digits

pixels, digits = load_digits(return_X_y=True)
X = torch.tensor(pixels / 16, dtype=torch.float32)  # (1797 pictures, 64 pixels)
y = torch.tensor(digits)  # (1797 answers)
held_out = torch.arange(len(X)) % 4 == 0  # every fourth picture
