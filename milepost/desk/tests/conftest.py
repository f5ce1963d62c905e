import pytest

from milepost.desk.board.draws import DRAWS
from milepost.desk.board.totals import quick_ranges


@pytest.fixture(autouse=True)
def _no_draws_of_another_test():
    """Forget what is kept by figure: each test's figures begin again at the same ids."""
    DRAWS.forget()
    quick_ranges.cache_clear()
