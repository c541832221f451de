"""The engines of one machine. `running/test_cluster.py` tests the other one."""

from __future__ import annotations

from site_tools.running.engines import ENGINES

LOCAL_ENGINES = [name for name in ENGINES if name != "dask"]
