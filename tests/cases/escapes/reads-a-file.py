# confined by: files
print(open("SECRET").read())
