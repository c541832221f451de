"""Tests, in rooms like those of `site_tools`."""

from site_tools.posts.skipped_imports import skip_imports

skip_imports()
