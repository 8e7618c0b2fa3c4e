"""Who may knock, from which page, and what every answer tells the browser. Plain values in, headers out.

Used by `website.py` and `pages.py`.
"""

from __future__ import annotations

from typing import Collection, Dict, Mapping, Optional

# Everything from this server, nothing inline, no HTML made from text. For the demo page; clinics copy it for theirs.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"  # JSON and pictures opened by themselves

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": DATA_POLICY,
}
METHODS = "GET, POST, DELETE"
HEADERS = "authorization, content-type, idempotency-key"
PREFLIGHT_SECONDS = "600"


def may_ask(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Whether a request comes from a page that may use the channel. Programs, which send no Origin, may."""
    origin = headers.get("origin")
    return origin is None or origin in origins or _same(headers, origin)


def cross_origin(headers: Mapping[str, str], origins: Collection[str]) -> Dict[str, str]:
    """What lets a page of another origin read the answer; nothing for pages that are not in clinic.yml."""
    vary = {"Vary": "Origin"}
    origin = headers.get("origin")
    if origin not in origins:
        return vary
    return {**vary, "Access-Control-Allow-Origin": str(origin), "Access-Control-Expose-Headers": "Retry-After"}


def preflight(headers: Mapping[str, str], origins: Collection[str]) -> Dict[str, str]:
    """The answer to OPTIONS."""
    shown = cross_origin(headers, origins)
    if len(shown) == 1:
        return shown
    allowed = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": HEADERS}
    return {**shown, **allowed, "Access-Control-Max-Age": PREFLIGHT_SECONDS}


def bearer(header: Optional[str]) -> str:
    """The token of an Authorization header, empty where there is none."""
    kind, _, token = (header or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def is_json(content_type: Optional[str]) -> bool:
    """JSON in UTF-8. (It also makes browsers ask before they send anything from another origin.)"""
    kind, _, rest = (content_type or "").lower().partition(";")
    return kind.strip() == "application/json" and rest.replace(" ", "").replace('"', "") in ("", "charset=utf-8")


def _same(headers: Mapping[str, str], origin: str) -> bool:
    """Of this server itself; https ends at the proxy, so both schemes may be its own."""
    host = headers.get("host")
    return bool(host) and origin in (f"https://{host}", f"http://{host}")
