"""The child process of a run. Imports only model, analysis, sandbox and what runs a notebook."""
