"""Benchmarks, run by `make bench` and `make lighthouse`."""
