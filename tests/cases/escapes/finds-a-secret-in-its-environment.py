# confined by: limits
import os

print([v for v in os.environ.values() if 'canary' in v])
print(open('/proc/self/environ').read())
