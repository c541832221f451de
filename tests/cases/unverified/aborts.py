# script
import os
os.abort()
