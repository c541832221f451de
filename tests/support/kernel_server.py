"""Start stock Jupyter kernels in forks of one process, after the imports that all of them need.

A program, not a module: `serve SOCKET MODULES` imports modules, divided by commas, and forks a
kernel for each request until its standard input is closed. `start SOCKET ARGUMENT…` is what Jupyter
starts in place of `ipykernel_launcher ARGUMENT…`: it asks for a kernel, and ends when that does.
"""

import json
import os
import signal
import socket
import sys


def serve(address: str, modules: str) -> None:
    """Fork a kernel for each request; end with the process that holds our standard input."""
    import gc
    import importlib
    import select

    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel sets it
    for name in ["ipykernel.kernelapp", *modules.split(",")]:
        importlib.import_module(name)
    gc.freeze()
    kernels = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            asking, _ = listener.accept()
            pid = os.fork()
            if not pid:
                listener.close()
                _become_kernel(asking)
            asking.close()
            kernels.append(pid)
    for pid in kernels:
        if not os.waitpid(pid, os.WNOHANG)[0]:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _become_kernel(asking: socket.socket) -> None:
    """Run a kernel in this fork; it holds the socket for as long as it lives."""
    from ipykernel.kernelapp import launch_new_instance

    folder, *arguments = json.loads(asking.recv(65_536))
    os.chdir(folder)
    sys.argv = ["ipykernel_launcher", *arguments]
    try:
        launch_new_instance()
    finally:
        sys.stdout.flush()
        os._exit(0)


def start(address: str, *arguments: str) -> None:
    """Ask for a kernel, and wait until it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Jupyter interrupts a kernel before it ends it
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(address)
        folder = os.getcwd()  # noqa: PTH109  pathlib would take as long to import as all of this
        server.send(json.dumps([folder, *arguments]).encode())
        server.recv(1)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "serve":
        serve(*arguments)
    else:
        start(*arguments)
