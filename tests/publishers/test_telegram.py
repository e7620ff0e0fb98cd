"""The Telegram publisher against the sandbox's Telegram, with the real python-telegram-bot."""

from typing import ClassVar

import pytest
from support.publisher_contract import WireContract

from newswire.errors import Rejected, Unauthorized, Unavailable


class TestContract(WireContract):
    platform = "telegram"
    golden = "telegram"
    letters: ClassVar = {"a": 1, "я": 1, "好": 1, "😀": 1}
    decisions: ClassVar = {401: Unauthorized, 403: Unauthorized, 404: Unauthorized, 409: Unavailable, 400: Rejected}
    wait_unsaid = 30

    @pytest.fixture
    def place(self, telegram):
        return telegram
