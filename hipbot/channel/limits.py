"""How fast one conversation, and one address, may ask. Used by `website.py`; the clock is handed in."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Callable, Iterable, Optional, Tuple

MOST_REMEMBERED = 20_000  # buckets; the one unused longest makes room, and by then it is full again


@dataclass(frozen=True)
class Rate:
    """So many at once, then one every `seconds`."""

    at_once: int
    seconds: float


# People tap "Next" quickly and type slowly. An address may be a whole hospital or a phone company: it gets more.
MESSAGES = Rate(at_once=12, seconds=2.0)
ADDRESS = Rate(at_once=150, seconds=0.1)
CONVERSATIONS = Rate(at_once=60, seconds=1.0)


class Limit:
    """Token buckets by name."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: "OrderedDict[str, Tuple[float, float]]" = OrderedDict()  # name -> (left, when)

    def wait(self, name: str) -> int:
        """Takes one; 0 where that was allowed, else whole seconds to wait (and nothing was taken)."""
        now = self._clock()
        left, when = self._buckets.get(name, (float(self._rate.at_once), now))
        left = min(self._rate.at_once, left + max(0.0, now - when) / self._rate.seconds)
        allowed = left >= 1
        self._buckets[name] = (left - 1 if allowed else left, now)
        self._buckets.move_to_end(name)
        while len(self._buckets) > MOST_REMEMBERED:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) * self._rate.seconds))

    def forget(self, name: str) -> None:
        self._buckets.pop(name, None)


class Limits:
    """The three limits of the website channel."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.messages, self.address = Limit(MESSAGES, clock), Limit(ADDRESS, clock)
        self.conversations = Limit(CONVERSATIONS, clock)


def visitor(peer: str, forwarded: Optional[str], proxies: Iterable[str]) -> str:
    """The address to count a request for.

    Args:
        peer: who opened the connection.
        forwarded: the header X-Forwarded-For. Anybody can write it, so only what our own proxies added is believed.
        proxies: addresses of our own proxies.
    """
    ours = {_address(proxy) for proxy in proxies}
    hops = [hop.strip() for hop in (forwarded or "").split(",") if hop.strip()]
    found = _address(peer)
    while found in ours and hops:
        further = _address(hops.pop())
        if further is None:
            break
        found = further
    return _network(found) if found else "unknown"


def _address(text: str) -> Optional[ipaddress._BaseAddress]:
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(address: ipaddress._BaseAddress) -> str:
    """IPv6: the /64, which is what one household or attacker gets."""
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
