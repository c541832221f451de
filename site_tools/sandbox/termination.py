"""What `kill` sends, treated as an interrupt from the keyboard.

It imports nothing else: the command line calls it before it imports itself.
"""

import signal


def terminate_as_interrupt() -> None:
    """Have SIGTERM do what SIGINT does at that moment.

    An event loop handles SIGINT while it runs: it cancels its main task, so that connections and
    processes are closed in order. Where SIGINT is ignored, as in the background of a shell, SIGTERM
    still ends the process.
    """
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):
        handler = signal.default_int_handler
    handler(number, frame)  # type: ignore[arg-type]
