# script
while True:
    print("Still here.")
