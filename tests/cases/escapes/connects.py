# confined by: network
import socket

socket.create_connection(('127.0.0.1', PORT), timeout=3)
print("REACHED")
