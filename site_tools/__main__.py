"""The process of the `elevenlines` command, also started by `python -m site_tools`.

It imports as little as possible before it handles interrupts.
"""

import os
import sys

from site_tools.sandbox.interrupts import handle_interrupts

INTERRUPTED = 130


def main() -> int:
    """Run the command line; return the exit code."""
    try:
        handle_interrupts()
        _open_streams()
        from site_tools.cli import main as run  # noqa: PLC0415

        return run()
    except KeyboardInterrupt:
        print("Interrupted. Finished runs are stored.", file=sys.stderr)
        # If the interrupt came while `exec` ran a string (dataclasses does so), CPython would end
        # this process by SIGINT whatever we return; another `exec` resets that.
        exec("")  # noqa: S102
        return INTERRUPTED


def _open_streams() -> None:
    """Open closed standard streams, or the next files opened would take their descriptors."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


if __name__ == "__main__":
    sys.exit(main())
