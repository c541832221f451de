# script, 2 s
import threading, time
a = 1
threading.Thread(target=time.sleep, args=[1000]).start()
