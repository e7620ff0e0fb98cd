"""The dry run keeps what it is given, and reaches nobody."""

from typing import ClassVar

import pytest
from support.publisher_contract import PublisherContract


class TestContract(PublisherContract):
    golden = "telegram"
    letters: ClassVar = {"a": 1, "好": 1, "😀": 1}

    @pytest.fixture
    def place(self, dry_run):
        return dry_run
