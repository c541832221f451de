"""Which runs a post needs, under which cache key, and where finished runs are kept."""
