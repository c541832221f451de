# confined by: files
open("/tmp/REACHED", "w").close()
