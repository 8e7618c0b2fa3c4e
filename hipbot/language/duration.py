"""How long something has lasted, as patients say it: "six weeks", "since Christmas", "on and off".

Called by the entity extractor and the safety layer. The grades are those of the safety guide, 2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Iterator, Optional, Tuple

from hipbot.language.since import A_WHILE, JUST_NOW, since, since_some_day, with_years_in_figures

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100,
    "a hundred": 100, "dozen": 12, "a dozen": 12, "couple": 2, "a couple": 2, "few": 3, "a few": 3, "several": 4, "many": 10, "some": 3, "half a": 0.5,
    "half": 0.5, "the last": 1, "last": 1, "the past": 1, "past": 1,
}  # fmt: skip
WEEKS = {
    "day": 1 / 7, "night": 1 / 7, "week": 1, "wk": 1, "fortnight": 2, "month": 4.35, "mth": 4.35,
    "year": 52, "yr": 52, "decade": 520, "season": 13, "term": 10, "moon": 4.35, "summer": 52, "winter": 52, "birthday": 52,
}  # fmt: skip
SEASON = 13.0  # weeks, of a summer or a winter that is named whole
FEWEST_DAYS = 10  # "exactly as sore as day 1" is no day
LONG_AGO = 104.0  # weeks, for "for years" and "my whole life"

_NUMBER = r"\d+(?:\.\d+)?|" + "|".join(sorted((re.escape(n) for n in NUMBERS), key=len, reverse=True))
_UNIT = r"(?P<unit>days?|nights?|weeks?|wks?|fortnights?|months?|mths?|years?|yrs?|decades?|seasons?|terms?|moons|summers|winters|birthdays)"
_AMOUNT = re.compile(
    rf"\b(?P<number>{_NUMBER})(?:\s*(?:or|to|and a half|and half|plus|odd|ish|something|-|\+)\s*(?:{_NUMBER})?)?\s*(?:good |solid |full |whole |of |long |odd |ski |snow |rugby |footy |league |netball |cricket |golf |school |hunting )*{_UNIT}\b"
)
_PER = re.compile(r"(times?|\dx|\d x|sessions?|class(?:es)?|lessons?|games?|runs?|swims?|days?|reps?|twice|once|goes)\s*(?:a|per|each|every|in a|in one)?\s*$")
_RATE = re.compile(r"(?<!\w)\$?\d[\w.,]*(?: (?!and\b|with\b|in\b|my\b)\w+)? $")  # "$10", "30 km", "3 runs": what comes a week, a month
_PAST = re.compile(r"\s*(?:ago|of)\b")  # "ran a 5k a month ago" is no rate
JUST_BEFORE = 40  # characters that tell whether an amount is a time: blanks without end would cost the patterns dear
_NOT_LASTING = re.compile(r"^\s*(?:\w+ )?(?:old|pregnant|along|away|from now|post op|post natal|postpartum|postnatal|plan|programme|program|challenge|course|a week|per week)\b")
_PLURAL = re.compile(r"\b(?:for|since|over|been|taken|lasted|past|of|about|now|like) (?:many |so many |literally |about )?(?P<unit>weeks|months|years|yrs|decades)\b|\b(?P<unit2>weeks|months|years|yrs) (?:now|on end|and months|and years|ago)\b")
_VAGUE = re.compile(
    r"\bfor (?:absolute(?:ly)? |absolute |bloody |literally )?(?:ages|ever|a (?:very |really |bloody )?long time|yonks|donkeys)\b|\byonks\b|\bdonkey'?s years\b|\bmonth of sundays\b|\bforever\b|\bages now\b|\b(?:my |me |whole |entire ){1,2}(?:adult )?life\b|\blong term\b|\blongstanding\b|\bchronic\b|\balways been\b|\bas long as i can remember\b|\bsince (?:before |way before |well before )?(?:i was|lockdown|covid|the (?:\w+ ){0,2}world cup|(?:my|our|her|his|the) (?:\w+ )?(?:was born|were born|wedding|birth)|school|uni|my (?:teens|twenties|thirties)|high school|childhood|forever)\b"
)
# "month 3 of this hip", "day 40something"; not "day 5 of the plan", nor a week of training.
_NTH_OF_IT = re.compile(r"\b(?:(?:at|in|into|on|now|already|still) week|month|day) (?P<number>\d{1,3})(?: ?(?:something|odd|ish|plus))?\b(?! (?:of|in|into|doing)(?: (?:my|the|a|our|your|this|doing))? (?:\w+ ){0,2}?(?:plan|programme|program|block|challenge|course|training|stretch\w*|exercis\w*|strengthening|routine|rehab|pilates|yoga|couch|kneeling|lean\w*)\b)")
_MISSED = re.compile(rf"\bmissed (?:out on )?(?:the |my |our )?(?:last |past )?(?P<number>{_NUMBER}|whole|entire|most of the|rest of the) (?:of )?(?:\w+ ){{0,2}}?(?P<unit>games|matches|weeks|weekends|rounds|season)\b")
NTH = {"second": "two", "third": "three", "fourth": "four", "fifth": "five", "sixth": "six"}
_NTH = re.compile(r"\b(?P<nth>second|third|fourth|fifth|sixth) (?P<unit>week|month) (?:of|with|running|in a row)\b")
# Sessions and the like, of which a person has one a week: "four physio visits", "two tubes of Voltaren later", "5 appointments ago".
_CARERS = r"(?:physio|chiro|osteo|massage|acupuncture|doctor|dr|gp|specialist|cortisone|steroid|therapy|therapist)\w*"
_VISITS = r"(?:visits?|sessions?|appointments?|appts?|treatments?|consults?|injections?|jabs?|trips?)"
_TRIED = rf"(?:{_CARERS}(?: {_VISITS})?|{_VISITS}|tubes?|packets?|packs?|courses?|bottles?|rounds?|games?|matches|classes|lessons?|rests?)"
_COUNTED = re.compile(rf"\b(?P<number>{_NUMBER}) (?:\w+ )?(?:{_CARERS} {_VISITS}\b|{_TRIED}(?: \w+){{0,3}} (?:later|ago|so far|and counting|down|deep)\b)")
_TO_COME = re.compile(r"\b(?:how|need|needs|book|booked|booking|buy|pay|paid|cost|costs|for|offer|another|next|more|want|get|many|includes?|up to|about|in|every|package of|pack of) (?:\w+ )?$")
_LAST_OF = re.compile(rf"\b(?:last|past|previous),? (?:\w+,? )?(?P<number>{_NUMBER})(?: or (?:{_NUMBER}))? (?:\w+ ){{0,2}}?(?:sessions|games|matches|rides|classes|rounds|trainings|practices|skates|races|weekends|parkruns)\b")
_BEEN = r"\b(?:been|'ve|has|have|ach(?:e|es|ed|ing)|hurts?|sore|stiff|tight|nag\w*|grumbl\w+|bother\w*|bug(?:s|ged)|niggl\w*|dodgy|crook|at it|pain\w*|limp\w*)\b[^.?!\n]{0,60}?"
_WHOLE = re.compile(rf"{_BEEN} (?:all|the (?:whole|entire)|(?:a|this) whole|(?:all |right |all the way )?through(?:out)?(?: the| this| all of)?(?: whole| entire)?|most of (?:the|this)) (?:\w+ )?(?P<unit>month|season|off season|term|year|summer|winter|autumn|spring|decade)\b(?! round)")
_A_WHILE = re.compile(r"\bfor the (?:last|past) (?:wee |good |long )?while\b|\b(?:quite )?a (?:good |long |wee )?while now\b|\bfor (?:quite |a|some)+ ?(?:a )?(?:good |wee )?(?:while|time)(?: now)?\b")
_RETURNING = re.compile(
    r"\b(?:keeps? (?:on )?(?:coming|returning|flaring|going|getting|happening|seizing|tightening|popping|playing)|(?:comes?|came|coming) (?:right |straight )?back|then (?:it'?s |its )?(?:right |straight |soon )?back(?= ?[,.!?]|$| again| to square)|(?:second|third|fourth|fifth|\d(?:nd|rd|th)) (?:go round|(?:round|bout|episode)(?! of (?!pain)| at))\b|(?<=[.!?] )again(?= ?[.!]|$)|on (?:and|n) off|off (?:and|n) on|comes? (?:and|n) goes?|(?:and|but|is|are|it's|here we are) (?:now )?(?:back )?again\b(?= ?[,.;!?]|$)|now again|(?:pops?|crops?|comes?|flares?) up (?:again|once more|every)|(?:the|for a|my) (?:second|third|fourth|umpteenth) time|(?:second|third|fourth|fifth|\d(?:nd|rd|th)) (?:\w+ )?(?:time|winter|season|summer) (?:now|this|in a row|running|since|already)|will be the \d(?:nd|rd|th) (?:winter|season|summer)|every (?:\w+ )?(?:season|winter|summer|month or so|month or two|few weeks|few months|couple of (?:weeks|months))(?=,? (?:without fail|my|the|it))|plays up (?:for|every|again|now and)|then repeat\b|coming and going|flare ?ups?|flar(?:es|ing)|recurr\w+|again and again|time and again|every time i|never (?:really |quite |fully )?(?:leaves|left|eases|shifts|goes|went|gone|clears|settles)|returns|always (?:comes|seems)|(?:won'?t|doesn'?t|will not|does not|didn'?t|not|isn'?t) (?:really |fully )?(?:go(?:ing)? away|gone away|shift(?:ing)?|settl(?:e|ing)|budg(?:e|ing)|clear(?:ing)?|let(?:ting)? go)|(?:isn'?t|not|never|won'?t) (?:\w+ )?heal(?:ing|ed)?|no better(?= ?[,.!?]|$| now\b| yet\b| than (?:it|when|in|week))|(?:no|zero|little) (?:progress|improvement)|(?:exactly|still|just|feels) the same(?= ?[,.!?]|$| as\b)|same as (?:in )?week (?:1|one)|at it again|back'?s (?:about )?(?:the )?same(?= ?[,.!?]|$)|(?:straight|right) back to (?:being )?(?:tight|stiff|sore|where|how|square)|as (?:stiff|tight|sore|bad|achy|crook|weak) as (?:when i|ever|before|i (?:was|began|started)|the start|the beginning|day one|it (?:was|ever))|tried everything|nothing (?:i do )?(?:helps|works|touches|seems))\b"
)
_STILL = re.compile(r"\bstill (?:\w+ ){0,2}?(?:pull(?:s|ing)|ach(?:e|es|ing)|hurt(?:s|ing)?|sore|painful|in pain|nag\w*|twing\w+|grumbl\w+|niggl\w+|giv(?:es|ing) me|play(?:s|ing) up|bug(?:s|ging)|bother(?:s|ing)|not right|dodgy|crook|stuffed|limping)\b|\bstill like\b")
_WORSE = re.compile(r"\b(?:getting|gets|got|gotten|becoming|going|is|much|even|been) (?:a (?:lot|bit) |much |progressively |steadily |slowly |gradually |noticeably |so much |way )*worse\b|\b(?:tighter|stiffer|sorer|achier|weaker|shorter) (?:and (?:tighter|stiffer|sorer)|every (?:day|week|month|time)|each (?:day|week|month|time)|by the (?:day|week|month))|\bworse (?:and worse|every|each|by the)\b|\bworsening\b|\bgoing downhill\b")
_DENIED = re.compile(r"\b(?:not|never|isn'?t|hasn'?t|haven'?t|didn'?t|doesn'?t|nor|without)(?: \w+){0,2} $")
_EASING = re.compile(r"\b(?:easing|getting better|improving|settling|bit better|much better|on the mend|nearly gone|wearing off)\b")


@dataclass(frozen=True)
class Duration:
    """What a message says about time.

    Attributes:
        weeks: how long it has lasted, None where nothing was said.
        words: the patient's own words for it ("six weeks"), for repeating to them.
        returning: comes back, never quite goes.
        worse: getting worse.
        easing: getting better.
    """

    weeks: Optional[float] = None
    words: str = ""
    returning: bool = False
    worse: bool = False
    easing: bool = False

    @property
    def grade(self) -> Optional[str]:
        """A `lasting` key of the content (safety guide, 2.1), or None where nothing was said."""
        if self.worse:
            return "worse"
        if self.weeks is not None:
            for weeks, grade in ((12, "twelve_weeks"), (6, "six_weeks"), (2, "two_weeks")):
                if self.weeks >= weeks:
                    return grade
            return "returning" if self.returning else "under_two_weeks"
        return "returning" if self.returning else None


def find_duration(text: str, today: date) -> Duration:
    """Read how long, whether it returns and whether it gets worse.

    Args:
        text: one message, any case.
        today: for "since Christmas".
    """
    text = with_years_in_figures(text.lower().replace("’", "'").replace("-", " "))
    weeks, words = _longest(text, today)
    return Duration(
        weeks,
        words,
        _asserted(_RETURNING, text) or (weeks is None and _still(text)),
        _asserted(_WORSE, text),
        _asserted(_EASING, text),
    )


def _asserted(pattern: "re.Pattern[str]", text: str) -> bool:
    """Whether the pattern is said, not denied just before ("it's not getting worse")."""
    return any(not _DENIED.search(text[: match.start()]) for match in pattern.finditer(text))


def _longest(text: str, today: date) -> Tuple[Optional[float], str]:
    """The longest time that the text names, in weeks, with its words."""
    found = [*_amounts(text), *_counted(text), *since(text, today)]
    if not found:  # "months", with no number before it
        for match in _PLURAL.finditer(text):
            unit = match["unit"] or match["unit2"]
            found.append(({"weeks": 3.0, "months": 13.0}.get(unit, LONG_AGO), unit))
    if not found and since_some_day(text):
        found.append((A_WHILE, ""))
    if match := _VAGUE.search(text):
        found.append((LONG_AGO, "a long time"))
    if match := _A_WHILE.search(text):
        found.append((A_WHILE, "a while"))
    if match := _MISSED.search(text):
        found.append((_missed(match), ""))  # "a while": games are no time to repeat
    if match := _NTH.search(text):
        count = NTH[match["nth"]]
        found.append((NUMBERS[count] * WEEKS[match["unit"]], f"{count} {match['unit']}s"))
    return max(found, default=(None, ""), key=lambda pair: pair[0])


def _counted(text: str) -> Iterator[Tuple[float, str]]:
    """What is counted instead of weeks; words to repeat only where they are a time."""
    for match in _NTH_OF_IT.finditer(text):
        unit = "week" if "week" in match.group() else match.group().partition(" ")[0]
        if unit != "day" or float(match["number"]) >= FEWEST_DAYS:
            yield float(match["number"]) * WEEKS[unit], f"{match['number']} {unit}s"
    for match in _COUNTED.finditer(text):
        to_come = _TO_COME.search(text[max(0, match.start() - JUST_BEFORE) : match.start()])
        if _number(match["number"]) > 1 and not to_come:
            yield _number(match["number"]), ""
    for match in _LAST_OF.finditer(text):
        yield _number(match["number"]) / 2, ""  # some train twice a week
    if match := _WHOLE.search(text):
        unit = match["unit"].rpartition(" ")[2]
        yield SEASON if unit in ("summer", "winter", "autumn", "spring") else WEEKS[unit], f"the whole {unit}"


def _still(text: str) -> bool:
    """Something that still hurts, and not from this morning's training."""
    return _asserted(_STILL, text) and not JUST_NOW.search(text)


def _number(words: str) -> float:
    return float(NUMBERS.get(words) or words)


def _missed(match: "re.Match[str]") -> float:
    """Weeks: a game a week, a season as long as one."""
    number = match["number"]
    if match["unit"] == "season" or not (number in NUMBERS or number[0].isdigit()):
        return WEEKS["season"]
    return _number(number)


def _amounts(text: str) -> Iterator[Tuple[float, str]]:
    for match in _AMOUNT.finditer(text):
        before, after = text[max(0, match.start() - JUST_BEFORE) : match.start()], text[match.end() :]
        if _PER.search(before) or _NOT_LASTING.match(after) or re.search(r"\b(?:every|each|once|twice|per|times|in|within) $", before):
            continue  # "3 times a week", "two days a week", "12 weeks pregnant", "8 years old"
        number = match["number"]
        if number in ("a", "an") and _RATE.search(before) and not _PAST.match(after):
            continue
        if number == "many" and before.rstrip().endswith("how"):
            continue  # a question about the future
        amount = _number(number)
        unit = match["unit"].rstrip("s") if match["unit"] not in ("yrs", "mths", "wks") else match["unit"][:-1]
        if number in ("a", "an", "one", "some", "last", "past", "the last", "the past") and unit in ("day", "night"):
            continue  # "a day off", "last night", "some days"
        if re.match(r"\s*(?:a|per|each) (?:week|month)\b", after) and unit == "day":
            continue
        yield amount * WEEKS[unit], match.group().strip()
