# too many: processes
import threading, time
for _ in range(10**4): threading.Thread(target=time.sleep, args=[60], daemon=True).start()
