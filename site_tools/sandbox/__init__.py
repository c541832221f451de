"""What a child process may reach: namespaces, files, limits, and who reaps whom."""
