"""`python -m modelyard.cli`, for where the `modelyard` script is not on the path."""

import sys

from modelyard.cli import main

sys.exit(main())
