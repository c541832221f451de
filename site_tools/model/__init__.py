"""Values that the other packages pass to each other; no input or output."""
