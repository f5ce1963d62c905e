import pytest

from milepost.desk.board.draws import DRAWS


@pytest.fixture(autouse=True)
def _no_draws_of_another_test():
    """Forget the draws kept by figure: each test's figures begin again at the same ids."""
    DRAWS.forget()
