# confined by: processes
import resource

resource.prlimit(RUNNER, resource.RLIMIT_CORE, resource.prlimit(RUNNER, resource.RLIMIT_CORE))
print("REACHED")
