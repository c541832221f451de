"""What is wrong with a post before it runs."""
