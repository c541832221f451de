"""The parent process of a run: session, pool, scheduler, engines, limits."""
