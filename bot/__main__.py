"""`python -m bot` is the command `hall`."""

import sys

from bot.cli import main

sys.exit(main())
