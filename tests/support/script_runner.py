"""Run scripts one after another, each as `__main__` of a process of its own, in its own folder.

A program, not a module: its arguments are modules to import, divided by commas, and scripts. It
prints as JSON the output of each. Its processes are forked after the slow imports, and know nothing
of this project.
"""

import importlib
import json
import os
import runpy
import sys
import tempfile
import traceback
from pathlib import Path


def run(script: str, output: Path) -> int:
    """Return the exit code of a script, whose output goes to a file."""
    pid = os.fork()
    if not pid:
        for number in (1, 2):
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
        os.chdir(Path(script).parent)
        sys.argv, code = [script], 1
        try:
            runpy.run_path(script, run_name="__main__")
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        else:
            code = 0
        sys.stdout.flush()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    """Run all scripts."""
    modules, *scripts = sys.argv[1:]
    for name in modules.split(","):
        importlib.import_module(name)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for i, script in enumerate(scripts):
            output = Path(folder, str(i))
            code = run(script, output)
            found[script] = [code, output.read_text(encoding="utf-8")]
    print(json.dumps(found))


main()
