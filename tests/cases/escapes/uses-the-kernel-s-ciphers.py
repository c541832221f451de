# confined by: system calls
import socket

socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
print("REACHED")
