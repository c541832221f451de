import os
import random
import secrets
import socket
import threading
from secrets import randbits

random.seed(os.urandom(4))  # entropy
random.seed(secrets.token_bytes(4))  # entropy
random.seed(randbits(32))  # entropy
random.seed(random.SystemRandom().random())  # entropy
random.seed(os.getppid())  # process
random.seed(threading.get_ident())  # process
random.seed(socket.gethostname())  # machine
name = secrets.token_hex(4)
print(name, os.getpid())
random.seed(os.cpu_count())
