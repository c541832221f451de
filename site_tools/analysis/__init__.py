"""Static analysis of post code. Standard library only: it runs beside a stranger's code."""
