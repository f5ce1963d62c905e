"""Let `python -m milepost` be the `milepost` command."""

import sys

from milepost.cli import main

sys.exit(main())
