"""A notebook or script that exists already → a post to go on with."""
