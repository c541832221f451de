# steps: 4
from trainers import Trainer

Trainer().fit()
