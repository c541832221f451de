# confined by: system calls
import ctypes, os

class Piece(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("size", ctypes.c_size_t)]

text = ctypes.create_string_buffer(b"hoard")
piece = Piece(ctypes.addressof(text), 5)
if ctypes.CDLL(None).vmsplice(os.pipe()[1], ctypes.byref(piece), 1, 0) == 5: print("REACHED")
