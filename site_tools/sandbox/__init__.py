"""What a child process may reach: namespaces, files, resource limits, process supervision."""
