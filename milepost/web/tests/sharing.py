"""Which tests the processes of a run share out one by one, and which stay together.

The tests of a file begin with the same rows, which a process makes once and puts back (`again`): they go to one
process. Tests that take seconds each and share nothing are given out one by one, last, so that all end together.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import pytest

ONE_BY_ONE = {"test_access.py", "test_browser.py"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out by file."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return nodeid if PurePath(file).name in ONE_BY_ONE else file

    return ByFile(config, log)
