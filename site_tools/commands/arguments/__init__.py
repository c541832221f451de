"""The arguments of each command, and the call that they lead to."""
