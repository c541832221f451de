# confined by: paths
import pathlib

for path in pathlib.Path("/proc").iterdir():
    if path.name.isdigit() or path.is_symlink(): continue
    try: path.write_text("x") and path.read_text() and print("REACHED", path)
    except OSError: pass
