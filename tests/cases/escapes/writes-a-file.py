# confined by: files
open("OUTSIDE/REACHED", "w").close()
