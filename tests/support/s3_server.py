"""A real S3 server, in an environment of its own: `make .venv/test` installs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.previews import free_port

SERVER = Path(sys.prefix, "s3-server", "bin", "moto_server")

START_SECONDS = 60


@contextmanager
def serve_s3() -> Iterator[str]:
    """Start a server with an empty bucket called `bucket`; yield its address."""
    if not SERVER.is_file():
        if os.environ.get("CI"):
            pytest.fail("no S3 server: `make .venv/test` installs it")
        pytest.skip("no S3 server: `make .venv/test` installs it")
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(SERVER), "--host", "127.0.0.1", "--port", address.rpartition(":")[2]]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _make_bucket(address)
            yield address
        finally:
            server.kill()


def _make_bucket(address: str) -> None:
    request = urllib.request.Request(f"{address}/bucket", method="PUT")  # noqa: S310  http
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(request):  # noqa: S310
            return
        time.sleep(0.1)
    raise TimeoutError(f"{SERVER} does not answer")
