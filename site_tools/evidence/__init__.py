"""Runs → a verdict on each claim, and the author's report. Pure."""
