"""The live preview: watch the project, show its pages, run what changed."""
