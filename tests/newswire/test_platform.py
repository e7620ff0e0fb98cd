"""How lanes keep a platform's pace."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from db.lanes import Board
from newswire.platform import Lane


@given(
    most=st.sampled_from([1, 5, 20, 30, 100]),
    seconds=st.sampled_from([1.0, 60.0, 900.0]),
    burst=st.integers(1, 10),
    begin=st.floats(0, 1),
    late=st.lists(st.floats(0, 0.04), min_size=50, max_size=50),
)
def test_a_server_that_counts_in_strict_windows_never_has_to_refuse(
    most: int, seconds: float, burst: int, begin: float, late: list[float]
):
    lane, board, now = Lane.of("chat", most, seconds, burst=burst), Board({}, {}), 1e6
    arrived: list[float] = []
    while len(arrived) < 3 * most + 20:
        wait = board.take([lane], now)
        if wait <= 0:
            arrived.append(now + lane.gap * late[len(arrived) % 50])
        else:
            now += wait + 1e-6
    windows = Counter(int((at - begin * seconds) // seconds) for at in arrived)
    assert max(windows.values()) <= most


def test_a_lane_without_a_pace_is_only_a_name_that_can_be_closed():
    lane = Lane.of("chat", 0, 60)
    assert Board({}, {}).wait([lane], 1e6) <= 0
    assert Board({}, {"chat": 1e6 + 9}).wait([lane], 1e6) == 9
