"""Pictures of evidence: SVG in the page, PNG for links elsewhere."""
