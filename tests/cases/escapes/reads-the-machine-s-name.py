# confined by: paths
import platform, socket

if "MACHINE" in (platform.node(), socket.gethostname()): print("REACHED")
