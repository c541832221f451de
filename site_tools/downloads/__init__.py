"""The files that a reader takes away, and their verification."""
