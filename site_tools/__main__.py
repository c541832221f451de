"""`python -m site_tools` is the `elevenlines` command."""

import sys

from site_tools.cli import main

sys.exit(main())
