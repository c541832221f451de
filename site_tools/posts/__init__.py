"""What an author wrote → a Post: the three formats, front matter, snippets, links, formulas."""
