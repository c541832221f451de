# confined by: limits
import resource

if resource.getrlimit(resource.RLIMIT_NOFILE)[1] > 1024: print("REACHED")
