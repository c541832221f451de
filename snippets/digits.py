# --8<-- [start:numpy]
from sklearn.datasets import load_digits

pixels, digits = load_digits(return_X_y=True)
X = pixels / 16  # (1797 pictures, 64 pixels), each pixel from 0 to 1
held_out = np.arange(len(X)) % 4 == 0  # every fourth picture
# --8<-- [end:numpy]
# --8<-- [start:torch]
from sklearn.datasets import load_digits

pixels, digits = load_digits(return_X_y=True)
X = torch.tensor(pixels / 16, dtype=torch.float32)  # (1797 pictures, 64 pixels)
y = torch.tensor(digits)  # (1797 answers)
held_out = torch.arange(len(X)) % 4 == 0  # every fourth picture
# --8<-- [end:torch]
