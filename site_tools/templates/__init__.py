"""Files that the tools copy or fill in, unchanged by code."""
