# confined by: limits
import resource

resource.setrlimit(resource.RLIMIT_DATA, (2**50, 2**50))
print("REACHED")
