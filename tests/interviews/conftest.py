"""The made-up study of talks, for tests of interviews."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the tests are no package
