# confined by: signals
import os

os.kill(RUNNER, 15)
print('REACHED')
