"""A program → its values that vary from run to run: the clock, hashes of strings, and more."""
