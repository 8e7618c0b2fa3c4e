"""`hipbot check` on the `website:` part of clinic.yml: what would be silently wrong on the clinic's site."""

from __future__ import annotations

import pytest

from hipbot import check, project
from tests.damaged import checked_files

CLINIC = project.CLINIC.read_text("utf-8").partition("website:")[0]


def told(website: str, live: bool = False) -> str:
    """Faults of clinic.yml with this part."""
    files = checked_files().but({"clinic.yml": f"{CLINIC}{website}\n".encode()})
    found = check.check(files, live, likeness=False).faults
    return "\n".join(str(fault) for fault in found if fault.file == "clinic.yml" and "placeholder" not in fault.wrong)


@pytest.mark.slow
@pytest.mark.parametrize(
    "website",
    ["", "website: {}", 'website: {origins: ["https://www.clinic.co.nz", "https://a.example:8443"], keep_days: 1}',
     'website: {origins: ["http://localhost:8000", "http://127.0.0.1"]}', 'website: {proxies: ["127.0.0.1", "2001:db8::1"]}'],
)  # fmt: skip
def test_what_is_right(website):
    assert told(website) == ""


@pytest.mark.parametrize(
    "website, words",
    [
        ("website: {origin: []}", "`origin` is not known in `website`. Did you mean `origins`?"),
        ('website: {origins: "https://a.example"}', "`website origins` is a text. Write a list of web addresses"),
        ('website: {origins: ["https://a.example/"]}', 'Write it like "https://www.example.org"'),
        ('website: {origins: ["https://A.example"]}', "in small letters"),
        ('website: {origins: ["http://a.example"]}', 'Write it like "https://www.example.org"'),
        ('website: {origins: ["*"]}', 'Write it like "https://www.example.org"'),
        ('website: {origins: ["a.example"]}', 'Write it like "https://www.example.org"'),
        ('website: {origins: ["https://a.example", "https://a.example"]}', "names the same thing twice"),
        ("website: {keep_days: 0}", "Write for how many days"),
        ('website: {keep_days: "30"}', "Write for how many days"),
        ('website: {proxies: ["localhost"]}', "'localhost' is no address of a machine. Write it like \"127.0.0.1\""),
    ],
)
@pytest.mark.slow
def test_what_is_wrong_is_named(website, words):
    """File, line, and what to write."""
    assert words in told(website)


def test_an_address_for_trying_out_is_not_for_patients():
    """With --live only."""
    website = 'website: {origins: ["http://localhost:8000"]}'
    assert "Remove it" in told(website, live=True) and told(website) == ""


def test_settings_are_no_facts():
    """`{website}` in a text would show a patient the settings."""
    phrases = (project.ROOT / "content/phrases.yml").read_text("utf-8").replace("next: Next", "next: Next", 1)
    phrases = phrases.replace('website_emergency: "In', 'website_emergency: "{website} In')
    found = check.check(checked_files().but({"content/phrases.yml": phrases.encode()}), likeness=False).faults
    assert any("{website} is not filled in here" in str(fault) for fault in found)
