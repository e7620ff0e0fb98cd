"""The X publisher against the sandbox's X, with the real tweepy."""

from typing import ClassVar

import pytest
from support.publisher_contract import WireContract

from newswire.errors import OutOfBudget, Unauthorized


class TestContract(WireContract):
    platform = "x"
    golden = "x"
    letters: ClassVar = {"a": 1, "я": 1, "好": 2, "👨‍👩‍👧": 2}
    link_counts = 23
    decisions: ClassVar = {401: Unauthorized, 402: OutOfBudget}
    wait_unsaid = 900

    @pytest.fixture
    def place(self, x):
        return x
