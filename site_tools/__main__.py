"""The `elevenlines` command as a process; `python -m site_tools` is the same.

Imports next to nothing before it can be interrupted.
"""

import os
import signal
import sys

INTERRUPTED = 130


def main() -> int:
    """Run the command line; return the exit code."""
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        _open_streams()
        from site_tools.cli import main as run  # noqa: PLC0415

        return run()
    except KeyboardInterrupt:
        print("interrupted; finished runs are stored.", file=sys.stderr)
        # When the interrupt came while a text was executed, as dataclasses do, CPython means to
        # die of it at the end whatever we return, until another text is executed.
        exec("")  # noqa: S102
        return INTERRUPTED


def _open_streams() -> None:
    """Let the standard streams lead somewhere; else the next file we open would be one of them."""
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
