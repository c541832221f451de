"""Post, run and evidence → Markdown pages."""
