"""How long something has lasted, as patients say it: a table that a receptionist could check."""

from __future__ import annotations

import time
from datetime import date

import pytest

from hipbot.language.duration import Duration, find_duration

TODAY = date(2026, 11, 21)  # a Saturday; "since Christmas" is 47 weeks ago
LONGEST_MESSAGE = 4_000  # characters that the message processor lets through

GRADES = {
    "under_two_weeks": [
        "since yesterday",
        "since this morning it has been sore",
        "since last night",
        "since Monday",
        "since last Tuesday",
        "since the weekend",
        "since last week",
        "for a week",
        "three days",
        "a couple of days",
        "the last few days",
        "10 days now",
        "13 days",
        "it came on 3 days ago",
    ],
    "two_weeks": [
        "ran a 5k a month ago and it has hurt since",
        "I am 62 and a month ago I pulled my hip",
        "I'm 34 with a month of hip pain",
        "two weeks",
        "14 days",
        "a fortnight",
        "two or three weeks",
        "a few weeks",
        "about a month",
        "41 days",
        "since last month",
        "since the start of it, 5 weeks ago",
        "for weeks",
        "it's been a while now",
        "since early November",
        "it's the third week of it",
        "comes and goes, for the last while",
        "I'm at week 5 and it feels the same as week 1",
        "missed the last 4 club games because of my hip flexor",
        "two physios later it's exactly the same",
        "five osteo visits and it aches as before",
        "sore hip x 3 weeks",
        "sore hip, day 40something",
        "my back has been grumbling since lambing",
        "it's been so since we moved house",
        "the groin has pulled in the last six weekly sessions",
    ],
    "six_weeks": [
        "six weeks",
        "Six Weeks",
        "6wks",
        "6-7 weeks",
        "42 days",
        "for 6 week now",
        "six or seven weeks",
        "a couple of months",
        "couple of months",
        "2 mths",
        "since October",
    ],
    "twelve_weeks": [
        "already half year not good",
        "two and half years",
        "had L5 surgery a year ago",
        "feels like donkey's years",
        "yonks",
        "since before my daughter was born",
        "ever since lockdown",
        "12 weeks",
        "three months",
        "over 3 months",
        "3 yrs",
        "half a year",
        "a year and a half",
        "1.5 years",
        "since Christmas",
        "since new year's",
        "since last summer",
        "since March",
        "since May",
        "since 2021",
        "since about 2019",
        "on and off since 2021",
        "since last year",
        "for months",
        "months and months",
        "for ages",
        "for years",
        "my whole life",
        "as long as I can remember",
        "since I was a kid",
        "two years ago I first felt it",
        "for a long time",
        "missed the whole bowls season cos of my hip",
        "pulled my hip flexor at Easter",
        "strained it badly in July",
        "these past fourteen months",
        "been doing that all year",
        "it ached right through winter",
        "has ached for the whole decade I have been teaching",
        "well over a hundred days",
        "bugged me for two ski seasons",
        "four summers",
        "on month 3 of this stiff hip",
        "tight since I went into management and that was two thousand and nineteen",
        "sore since twenty nineteen",
        "tender since we walked the Kepler in January and here we are in spring",
        "I've given it since Matariki",
        "the back is exactly where it was in March",
        "from your newsletter in August right up to today",
        "first felt it in February",
    ],
    "returning": [
        "tightness goes for a few days then it's right back",
        "hip flexor pain. again. fourth round",
        "third time this year my hip flexor seized up",
        "every netball season without fail my hip goes",
        "every month or so my hip plays up",
        "the strain just isn't healing",
        "stretched and stretched, zero progress",
        "it keeps coming back",
        "I went in April, it still hurts",
        "loosens up for a bit then goes straight back to tight",
        "fine over the holidays and at it again",
        "as stiff as when I began",
        "it never really leaves",
        "3rd comp season in a row with hips tight",
        "comes and goes",
        "on and off",
        "it won't go away",
        "the tightness never really goes",
        "it flares up every time I run",
        "the pain doesn’t go away",
    ],
    "worse": [
        "it's getting worse",
        "six weeks and it's getting worse",
        "worse and worse",
        "getting a lot worse",
        "it's worse every day",
        "keeps coming back, worse each time",
    ],
}

# The same words of time, but not about how long a complaint has lasted.
NOTHING_LASTING = [
    "it's $10 a month",
    "I run 40 km a week",
    "3 runs a week",
    "can I play a second round of golf",
    "this is my second go at the couch stretch",
    "Thanks. Again, how often?",
    "how often should I do it",
    "3 times a week",
    "3x a week",
    "3 x a week",
    "hot yoga, one class a week",
    "two or three times per week",
    "twice a day",
    "once a week",
    "every day",
    "every two weeks",
    "every few days",
    "two days a week",
    "hold 30 seconds",
    "hold it for 20 to 30 seconds",
    "10 minutes",
    "12 weeks pregnant",
    "I'm 3 months pregnant",
    "8 weeks post-op",
    "my daughter is 12 years old",
    "a 45 year old runner",
    "45-year-old",
    "I'm 45",
    "a 12 week programme",
    "an 8 week challenge",
    "my race is in three weeks",
    "in week 5 of my training plan",
    "is it still the same price",
    "is there no better exercise",
    "see you in a fortnight",
    "next week",
    "these days",
    "a day off",
    "some days it's fine",
    "since I started running",
    "it's easing",
    "my hips have been tight since I sit all day",
    "it's been sore since the squats",
    "my back has hurt since I fell",
    "still sore from yesterday",
    "my legs still hurt after leg day",
    "how many physio sessions do I need",
    "do I need 6 sessions later",
    "I booked 5 physio sessions",
    "on day 20 of the kneeling stretch",
    "are you open all year",
    "do you have the pain clinic all year round",
    "my son is in year 9",
    "twenty two reps",
    "hold for twenty",
    "is it about the same as the couch stretch",
    "stretch before the second half",
    "my hip has been sore since eight",
    "holding still sounds like a slow death",
    "pulled my back in 2008, came right",
    "had an osteo visit later that day",
    "exactly as sore as day 1",
    "how many weeks does it take?",
    "how many months until it works",
    "my marathon is 6 weeks away",
    "I'm 28 weeks along",
    "it's not getting worse",
    "it hasn't come back",
    "",
    "   ",
    "🙂",
]

MONTHS = [("since October 2025", "twelve_weeks"), ("it started in March", "twelve_weeks")]
TABLE = MONTHS + [(phrase, grade) for grade, phrases in GRADES.items() for phrase in phrases]
TABLE += [(phrase, None) for phrase in NOTHING_LASTING]


def grade(text: str, today: date = TODAY):
    return find_duration(text, today).grade


@pytest.mark.parametrize("phrase, expected", TABLE, ids=[phrase or "empty" for phrase, _ in TABLE])
def test_grade_of_a_phrase(phrase, expected):
    """Each phrase leads to the grade of the safety guide, 2.1, and what is no duration to none."""
    assert grade(phrase) == expected


@pytest.mark.parametrize(
    "today, phrase, expected",
    [
        (date(2026, 12, 25), "since Christmas", "twelve_weeks"),  # on the day itself, last year's is meant
        (date(2026, 12, 27), "since Christmas", "under_two_weeks"),
        (date(2027, 1, 8), "since Christmas", "two_weeks"),
        (date(2027, 2, 5), "since Christmas", "six_weeks"),
        (date(2027, 3, 19), "since Christmas", "twelve_weeks"),
        (date(2027, 1, 2), "since 2026", "twelve_weeks"),
        (date(2027, 1, 10), "since 2027", "under_two_weeks"),
        (date(2027, 1, 10), "since December", "two_weeks"),
        (date(2028, 2, 29), "since February", "two_weeks"),  # a leap day is a day like any other
    ],
)
def test_since_counts_from_the_day_it_is_asked(today, phrase, expected):
    """ "Since ..." is measured against the day that is given, never against the clock."""
    assert grade(phrase, today) == expected


def test_a_year_to_come_is_no_time_at_all():
    """A year ahead of today gives no negative weeks."""
    assert find_duration("since 2031", TODAY).weeks >= 0


@pytest.mark.parametrize(
    "phrase, words",
    [
        ("My hip has hurt for SIX WEEKS", "six weeks"),
        ("sore for 3 months now", "3 months"),
        ("since Christmas it aches", "since christmas"),
        ("for ages", "a long time"),
        ("it started in early July", "since early july"),
        ("pulled it at Easter", "since easter"),
        ("missed the last 4 games", ""),
    ],
)
def test_the_patients_words_can_be_repeated(phrase, words):
    """`words` holds what the answer says back to the patient."""
    assert find_duration(phrase, TODAY).words == words


@pytest.mark.parametrize(
    "phrase, expected",
    [
        ("it was two days at first, now six weeks", "six_weeks"),
        ("six weeks all in all, very sore for two days", "six_weeks"),
        ("hold 30 seconds; I have had it since Christmas", "twelve_weeks"),
        ("3 times a week for two months", "six_weeks"),
    ],
)
def test_the_longest_time_counts(phrase, expected):
    """Of several times in one message, the longest decides."""
    assert grade(phrase) == expected


def test_flags_stand_beside_the_weeks():
    """Returning, worse and easing are each kept, whatever the grade shows."""
    found = find_duration("on and off for six weeks, getting better, then worse and worse", TODAY)
    assert (found.weeks, found.returning, found.worse, found.easing) == (6, True, True, True)


@pytest.mark.parametrize(
    "weeks, expected",
    [
        (0, "under_two_weeks"),
        (1.99, "under_two_weeks"),
        (2, "two_weeks"),
        (5.99, "two_weeks"),
        (6, "six_weeks"),
        (11.99, "six_weeks"),
        (12, "twelve_weeks"),
        (None, None),
    ],
)
def test_where_a_grade_begins(weeks, expected):
    """The edges are those of the safety guide, 2.1: two, six and twelve weeks."""
    assert Duration(weeks=weeks).grade == expected


@pytest.mark.parametrize(
    "text",
    [
        "6 weeks " * 500,
        "for quite " * 400,
        "a " * 2_000,
        "getting " * 500,
        "9" * 4_000 + " weeks",
        "ſix weeks İİİ",
        "\x00 six weeks",
    ],
    ids=["weeks", "quite", "a", "getting", "digits", "letters", "nul"],
)
def test_no_message_stops_it(text):
    """Whatever a patient types is read within half a second, and nothing raises."""
    started = time.perf_counter()
    find_duration(text[:LONGEST_MESSAGE], TODAY)
    assert time.perf_counter() - started < 0.5
