"""How fast anybody may ask, with a clock that stands still until the test moves it; and whose address it is."""

from __future__ import annotations

import pytest

from hipbot import project
from hipbot.channel import bodies, limits, turns, website
from hipbot.channel.facts import KEEP_DAYS
from hipbot.channel.limits import Limit, Rate, visitor
from hipbot.server import http
from tests.channel import Clock

RATE = Rate(at_once=3, seconds=2.0)


def waits(limit: Limit, times: int, name: str = "anna") -> list:
    return [limit.wait(name) for _ in range(times)]


def test_so_many_at_once_then_one_at_a_time():
    """Three at once; the fourth is told how long to wait; after that time one more is let in, not two."""
    clock = Clock()
    limit = Limit(RATE, clock)
    assert waits(limit, 4) == [0, 0, 0, 2]
    clock.now += 1.0
    assert waits(limit, 1) == [1]
    clock.now += 1.0
    assert waits(limit, 2) == [0, 2]


def test_refused_ones_cost_nothing():
    """Who hammers on the button is let in at the same moment as who waits."""
    clock = Clock()
    limit = Limit(RATE, clock)
    waits(limit, 1_000)
    clock.now += 2.0
    assert waits(limit, 1) == [0]


def test_a_pause_fills_it_and_no_more():
    """A day's silence is worth three messages."""
    clock = Clock()
    limit = Limit(RATE, clock)
    waits(limit, 3)
    clock.now += 86_400
    assert waits(limit, 4) == [0, 0, 0, 2]


def test_a_clock_that_goes_back_locks_nobody_out():
    clock = Clock()
    limit = Limit(RATE, clock)
    waits(limit, 1)
    clock.now -= 1_000
    assert waits(limit, 1) == [0]


def test_each_name_has_its_own():
    limit = Limit(RATE, Clock())
    assert waits(limit, 4, "anna")[-1] and waits(limit, 1, "ben") == [0]


def test_memory_is_bounded(monkeypatch):
    """A million addresses are no way to fill it."""
    monkeypatch.setattr(limits, "MOST_REMEMBERED", 10)
    limit = Limit(RATE, Clock())
    for number in range(1_000):
        limit.wait(str(number))
    assert len(limit._buckets) == 10


@pytest.mark.parametrize(
    "peer, forwarded, proxies, found",
    [
        ("203.0.113.9", None, [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", [], "203.0.113.9"),  # anybody can write the header
        ("203.0.113.9", "198.51.100.1", ["127.0.0.1"], "203.0.113.9"),  # he is not our proxy
        ("127.0.0.1", "198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", ["127.0.0.1"], "198.51.100.1"),  # what our proxy added stands last
        ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", ["127.0.0.1", "10.0.0.2"], "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, rubbish", ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", "", ["127.0.0.1"], "127.0.0.1"),
        ("::1", "2001:db8:1:2:3::4", ["::1"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:aaaa::1", None, [], "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", None, [], "203.0.113.9"),
        ("::ffff:127.0.0.1", "198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("fe80::1%eth0", None, [], "fe80::/64"),
        ("", None, [], "unknown"),
    ],
)
def test_whose_address_it_is(peer, forwarded, proxies, found):
    """The peer's; behind a proxy of ours the one that it names; of IPv6 what one household gets."""
    assert visitor(peer, forwarded, proxies) == found


def test_the_manual_tells_the_limits_as_they_are():
    """docs/running.md, number by number."""
    manual = project.ROOT.joinpath("docs/running.md").read_text("utf-8")
    messages, address, conversations = limits.MESSAGES, limits.ADDRESS, limits.CONVERSATIONS
    for words in (
        f"1 to {bodies.MOST_CHARACTERS:,} characters; {bodies.LARGEST_BODY // 1_024} kB",
        f"{messages.at_once} messages at once, then one every {messages.seconds:.0f} seconds",
        f"{address.at_once} requests at once, then {1 / address.seconds:.0f} a second",
        f"{conversations.at_once} new conversations at once, then {1 / conversations.seconds:.0f} a second",
        f"one turn | {turns.ANSWER_WITHIN:.0f} seconds",
        f"one request | {http.REQUEST_SECONDS} seconds",
        f"of all | {turns.MOST_OPEN} |",
        f"token | {website.TOKEN_SECONDS // 3_600} hours",
        f"keep_days: {KEEP_DAYS}",
    ):
        assert words in manual, words
