# confined by: limits
import resource

if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0): print("REACHED")
