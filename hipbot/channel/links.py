"""Which pieces of a text become links: the clinic's numbers, e-mail and booking page, where they occur in it.

Used by `facts.py`. The widget reads no markdown and guesses no numbers.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping

# How a number that begins with 0 is called from abroad; other countries' numbers stay as they are written.
COUNTRY_CODES: Mapping[str, str] = {"AU": "61", "GB": "44", "IE": "353", "NZ": "64"}
FREE = ("0800", "0508", "0808")  # free numbers work inside their country only


class Links:
    """Finds known pieces, the longest first, each whole."""

    def __init__(self, pieces: Mapping[str, str]) -> None:
        """Args:
        pieces: text -> address.
        """
        self._pieces = {text: href for text, href in pieces.items() if text}
        longest_first = sorted(map(re.escape, self._pieces), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?<!\d[.,-])(?:{'|'.join(longest_first)})(?!\w|[.,-]\d)")

    def within(self, text: str) -> List[Dict[str, str]]:
        """`text` and `href` of each piece in the text, once, in order."""
        if not self._pieces:
            return []
        found = dict.fromkeys(match.group() for match in self._pattern.finditer(text))
        return [{"text": piece, "href": self._pieces[piece]} for piece in found]


def short_number(number: str) -> str:
    """`tel:` of an emergency, advice or crisis number: as it is written, or it may not ring where the visitor is."""
    return "tel:" + re.sub(r"[^\d+]", "", number)


def phone(number: str, country: str) -> str:
    """`tel:` of a clinic's number, such that it rings from abroad too."""
    digits = re.sub(r"[^\d+]", "", number.replace("(0)", ""))
    code = COUNTRY_CODES.get(country)
    if code and digits.startswith("0") and not digits.startswith(FREE):
        digits = f"+{code}{digits[1:]}"
    return "tel:" + digits


def page(address: str) -> str:
    """An http(s) address, also where the clinic wrote it without."""
    return address if re.match(r"https?://", address) else f"https://{address}"
