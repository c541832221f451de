"""One verb a file. A command takes a project and options, prints, and returns the exit code."""
