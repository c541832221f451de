# draws: yes
import torch

model = torch.nn.Linear(1, 1)  # unseeded
generator = torch.Generator()  # has the same seed each time
x = torch.rand(1, generator=generator)
other = torch.Generator()
other.seed()  # unseeded
y = torch.rand(1, generator=other)
