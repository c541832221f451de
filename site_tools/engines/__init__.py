"""How jobs are run. One engine a file.

An engine is a function `execute(jobs, *, workers, timeout, done)`: it runs every job in a
process of its own, calls `done(job, run)` as each ends, and never lets one post stop another.
"""
