"""Find the system's Chromium; run as a module it tells by its exit code whether there is one."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def path() -> str | None:
    """Return the browser's program: MILEPOST_CHROMIUM, or the first one on the path."""
    named = os.environ.get("MILEPOST_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


if __name__ == "__main__":
    sys.exit(0 if path() else 1)
