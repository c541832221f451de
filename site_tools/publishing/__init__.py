"""Pages → the staged tree → the site: render, swap, fingerprint, MkDocs hooks."""
