# confined by: paths
import socket

socket.socket(socket.AF_UNIX).connect("SOCKET")
print("REACHED")
