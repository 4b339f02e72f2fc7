"""``python -m portulan.cli``: the same as ``portulan``."""

import sys

from portulan.cli.main import main

sys.exit(main())
