"""clinic.yml: the numbers that must be right for the country, and what the clinic still has to do before going live."""

from __future__ import annotations

import ipaddress
import re
from typing import Iterator, List, Mapping

from hipbot.check import signed
from hipbot.check.fault import WARNING, Fault, shown
from hipbot.check.files import Files, as_map, texts
from hipbot.check.yaml_lines import Document

CLINIC = "clinic.yml"
NUMBERS = ("emergency_number", "advice_line", "crisis_line")

# Emergency service, free health advice line, free crisis line. NZ: Police/Ambulance 111, Healthline, 1737 Need to Talk.
# A clinic in another country adds its own row, with the source of each number in the commit.
RIGHT_NUMBERS: Mapping[str, Mapping[str, str]] = {
    "NZ": {"emergency_number": "111", "advice_line": "0800 611 116", "crisis_line": "1737"},
}


def check(files: Files) -> Iterator[Fault]:
    """The numbers a patient in danger would call, and what the website channel believes."""
    document = files.document(CLINIC)
    yield from _proxies(document)
    data = as_map(document.data)
    country = data.get("country")
    if not isinstance(country, str) or not data:
        return
    right = RIGHT_NUMBERS.get(country)
    if right is None:
        wrong = f"the emergency, advice and crisis numbers of {shown(country)} are not known"
        advice = "Write NZ, or add the country's numbers to hipbot/check/clinic.py with their source."
        yield Fault(CLINIC, document.line("country"), "country", wrong, advice)
    for name in NUMBERS:
        value = data.get(name)
        if isinstance(value, dict):
            number = right[name] if right else "the number"
            wrong = "this number is a placeholder, and a patient may need it today"
            yield Fault(CLINIC, document.line(name), name, wrong, f'Write "{number}".')
        elif right and isinstance(value, (str, int)) and _digits(value) != _digits(right[name]):
            wrong = f"{shown(value)} is not the number of {country}"
            yield Fault(CLINIC, document.line(name), name, wrong, f'Write "{right[name]}".')


def _proxies(document: Document) -> Iterator[Fault]:
    """An address that is none would silently be no proxy: all visitors would share one limit."""
    for number, proxy in enumerate(texts(as_map(as_map(document.data).get("website")).get("proxies"))):
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            line, advice = document.line("website", "proxies", number), 'Write it like "127.0.0.1" or "2001:db8::1".'
            yield Fault(CLINIC, line, "website", f"{shown(proxy)} is no address of a machine", advice)


def privacy(files: Files) -> Iterator[Fault]:
    """Storing what patients write is told each time: it needs a privacy notice that says so."""
    document = files.document(CLINIC)
    if as_map(as_map(document.data).get("privacy")).get("keep_missed_messages") is True:
        wrong, advice = "missed messages are stored", "Leave it so only if your privacy notice tells visitors; else write false."
        yield Fault(CLINIC, document.line("privacy", "keep_missed_messages"), "privacy", wrong, advice, WARNING)


def _digits(number: object) -> str:
    return re.sub(r"[\s()-]", "", str(number))


def placeholders(files: Files) -> List[str]:
    """Facts that the clinic has not filled in yet."""
    return [name for name, value in files.mapping(CLINIC).items() if "placeholder" in as_map(value)]


def live(files: Files) -> Iterator[Fault]:
    """What must be done before patients meet the bot."""
    document = files.document(CLINIC)
    for name in placeholders(files):
        yield Fault(
            CLINIC, document.line(name), name, "this is still a placeholder", "Write the clinic's own, in quotes."
        )
    website = as_map(document.data.get("website")) if isinstance(document.data, dict) else {}
    for number, origin in enumerate(texts(website.get("origins"))):
        if not origin.startswith("https://"):
            line, advice = document.line("website", "origins", number), "Remove it: it is for trying things out."
            yield Fault(CLINIC, line, "website", f"{shown(origin)} is not on the web", advice)
    yield from signed.live(files)
