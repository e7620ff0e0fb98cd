"""An X (API v2) on loopback, as strict as the original."""

from sandbox.x.limits import DAY, QUARTER, RATES, Limits, Prices, Rate, Rates
from sandbox.x.server import X
from sandbox.x.state import Account, Call

__all__ = ["DAY", "QUARTER", "RATES", "Account", "Call", "Limits", "Prices", "Rate", "Rates", "X"]
