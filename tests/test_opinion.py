"""The classifier's second opinion: it may add danger to what the patterns found; it takes no alarm away, only a question that they doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hipbot.proof import floors
from hipbot.safety.faults import LEVELS
from hipbot.safety.opinion import (
    ALARM,
    ASK,
    ASK_CRISIS,
    ENOUGH_WORDS,
    EXCLUDES,
    GRAVE,
    GRAVEST,
    NO_DANGER,
    NOTHING as NEXT_TO_NOTHING,
    SURE_OF_CRISIS,
    SURE_OF_SENDING_ON,
    Opinion,
    with_second_opinion,
)
from hipbot.safety.screen import Finding

NOTHING = Finding()
CRISIS_ROW = 26  # never asked about


@pytest.fixture(scope="module")
def flags(safety):
    return safety.data.flags


def opinion(flag, confidence, danger=0.5, words=ENOUGH_WORDS, **more):
    """What the classifier may think: a flag, and how dangerous the message sounds, in one sentence of its own."""
    return Opinion({flag: confidence}, danger=danger, sentence=danger, words=words, **more)


def test_a_sure_opinion_alarms_and_a_doubtful_one_asks(flags):
    """Both at the level that the flag is signed with; in doubt its own closed question comes first."""
    sure = with_second_opinion(NOTHING, opinion("belly", ALARM), flags)
    assert (sure.flag, sure.level, sure.sure, sure.ask) == ("belly", "same_day", True, None)
    asked = with_second_opinion(NOTHING, opinion("belly", ASK), flags)
    assert (asked.flag, asked.level, asked.sure, asked.ask) == ("belly", "same_day", False, flags["belly"].ask)
    assert with_second_opinion(NOTHING, opinion("belly", ASK - 0.001), flags) == NOTHING


def test_rows_that_may_never_be_missed_are_asked_about_earlier(flags):
    """At two thirds of the confidence; not sooner an alarm."""
    asked = with_second_opinion(NOTHING, opinion("testicle", ASK / GRAVE), flags)
    assert (asked.flag, asked.level, asked.sure, asked.ask) == ("testicle", "emergency", False, "testicle")
    assert with_second_opinion(NOTHING, opinion("testicle", ASK / GRAVE - 0.001), flags) == NOTHING
    assert not with_second_opinion(NOTHING, opinion("testicle", ALARM - 0.01), flags).sure
    assert {flags[name].row for name in floors.NEVER_MISSED} - {CRISIS_ROW} == GRAVEST


@pytest.mark.parametrize("more", [
    {"danger": 0.6}, {"confidence": 0.6}, {"gp": 0.0}, {"complaint": True}, {"sentence": 0.6}, {"words": ENOUGH_WORDS},
])  # fmt: skip
def test_what_makes_a_message_worrying(flags, more):
    """A little doubt is no reason to frighten; each of these alone turns it into a question."""
    few = {"confidence": 0.12, "danger": 0.3, "sentence": 0.15, "words": 10, "complaint": False, "gp": 0.1}

    def asked(confidence, danger, sentence, words, complaint, gp):
        heard = Opinion({"belly": confidence, "new_hip": gp}, danger=danger, sentence=sentence, words=words)
        return with_second_opinion(Finding(complaint=complaint), heard, flags).ask is not None

    assert not asked(**few)
    assert asked(**{**few, **more})


def test_a_message_that_is_clearly_about_something_else_is_not_asked_about(flags):
    """However likely the flag is among the flags."""
    assert with_second_opinion(NOTHING, opinion("belly", ASK, danger=ASK), flags) == NOTHING


def test_doubt_between_two_red_flags_is_no_doubt_that_help_is_needed(flags):
    """Their confidence counts together; the likelier one decides the words."""
    both = Opinion({"testicle": ALARM / 2, "belly": ALARM / 2 + 0.01}, danger=ALARM)
    found = with_second_opinion(NOTHING, both, flags)
    assert (found.flag, found.level, found.sure) == ("belly", "same_day", True)


def test_a_crisis_comes_first(flags):
    """Whatever else is in the message."""
    opinion = Opinion({"testicle": 0.9}, crisis=SURE_OF_CRISIS)
    assert with_second_opinion(NOTHING, opinion, flags).level == "crisis"
    doubted = with_second_opinion(NOTHING, Opinion({}, SURE_OF_CRISIS - 0.01), flags)
    assert (doubted.level, doubted.sure, doubted.ask) == ("crisis", False, "safe")
    assert with_second_opinion(NOTHING, Opinion({}, ASK_CRISIS - 0.01), flags) == NOTHING
    legs = Finding("both_legs", "emergency", False, "both_legs", flags=("both_legs",))
    for confidence, asked in ((ASK_CRISIS - 0.01, "safe"), (ASK_CRISIS + 0.1, "both_legs")):
        assert with_second_opinion(legs, Opinion({"both_legs": confidence}, ASK_CRISIS), flags).ask == asked
    sure = replace(legs, sure=True, ask=None)
    assert with_second_opinion(sure, Opinion({"both_legs": 0.3}, ASK_CRISIS), flags) == sure


def test_words_of_a_crisis_get_the_card_unless_the_classifier_reads_nothing_like_it(flags):
    """Also words that the patterns doubt. Read as nothing at all, plain ones are asked about and doubtful ones are not."""
    plain, doubtful = (Finding("crisis", "crisis", sure, None if sure else "safe", flags=("crisis",)) for sure in (True, False))
    for found in (plain, doubtful):
        for opinion in (Opinion({}), Opinion({"injury": 0.0}, crisis=ASK_CRISIS)):
            after = with_second_opinion(found, opinion, flags)
            assert (after.level, after.sure, after.ask) == ("crisis", True, None)
    asked = with_second_opinion(plain, Opinion({"injury": 0.0}, crisis=0.001), flags)
    assert (asked.level, asked.sure, asked.ask) == ("crisis", False, "safe")
    assert with_second_opinion(plain, Opinion({"injury": 0.0}, crisis=0.1), flags).sure
    assert with_second_opinion(doubtful, Opinion({"injury": 0.0}, crisis=0.1), flags) == doubtful
    assert with_second_opinion(doubtful, Opinion({"injury": 0.0}, crisis=0.001), flags).level is None
    beside = replace(doubtful, flags=("crisis", "injury"))
    assert with_second_opinion(beside, Opinion({"injury": 0.0}, crisis=0.001), flags).level == "crisis"


def test_a_flag_that_can_wait_sends_on_and_excludes(flags):
    """A GP's flag needs more confidence than an urgent one; its exclusion holds before that."""
    sent = with_second_opinion(NOTHING, Opinion({"new_hip": SURE_OF_SENDING_ON}), flags)
    assert (sent.flag, sent.level, sent.exclusions) == ("new_hip", "gp_soon", ("new_hip",))
    kept = with_second_opinion(NOTHING, Opinion({"new_hip": EXCLUDES}), flags)
    assert (kept.flag, kept.level, kept.exclusions) == (None, None, ("new_hip",))


def test_few_words_make_an_urgent_flag_doubtful_and_no_other(flags):
    """"Both legs at once?" is all flag words; "lupus, sore hip" says enough for a GP."""
    urgent, gp = opinion("both_legs", ALARM, danger=ALARM, words=ENOUGH_WORDS // 2), Opinion({"new_hip": SURE_OF_SENDING_ON}, words=2)
    assert with_second_opinion(NOTHING, urgent, flags).ask == flags["both_legs"].ask
    assert with_second_opinion(NOTHING, gp, flags).level == "gp_soon"


@pytest.mark.parametrize(
    "flag, signs, level",
    [
        ("under_16", {"cant_stand"}, "same_day"),
        ("under_16", {"fever", "cant_stand"}, "emergency"),
        ("groin_lump", {"vomiting"}, "emergency"),
        ("new_hip", {"wound"}, "same_day"),
        ("sudden_tear", {"cant_stand"}, "emergency"),
        ("under_16", {"complaint"}, "gp_soon"),
        ("under_16", set(), "gp_soon"),
    ],
)
def test_signs_make_the_classifier_s_flag_more_urgent(flags, flag, signs, level):
    """It stands in for the flag's own sign: a child, in words that no pattern knows, and it cannot stand."""
    found = with_second_opinion(Finding(signs=frozenset(signs)), Opinion({flag: 0.9}), flags)
    assert (found.flag, found.level, found.sure) == (flag, level, True)


def test_where_the_classifier_sees_nothing_the_patterns_are_asked_about(flags):
    """The closed question instead of a false alarm."""
    found = Finding("injury", "emergency", True, None)
    doubted = with_second_opinion(found, Opinion({"injury": NO_DANGER - 0.01}), flags)
    assert (doubted.flag, doubted.level, doubted.sure, doubted.ask) == ("injury", "emergency", False, "weight")
    assert with_second_opinion(found, Opinion({"belly": NO_DANGER}), flags).sure


@pytest.mark.parametrize("flag, left", [("leg_clot", None), ("injury", "injury")])
def test_a_question_that_both_doubt_is_not_asked_but_for_the_gravest(flags, flag, left):
    """"Can stretching cause a blood clot?" is a question of its own; an injury is asked about all the same."""
    doubtful = Finding(flag, flags[flag].level, False, flags[flag].ask)
    assert with_second_opinion(doubtful, Opinion({"morning_stiffness": NEXT_TO_NOTHING - 0.01}), flags).flag == left
    assert with_second_opinion(doubtful, Opinion({"morning_stiffness": NEXT_TO_NOTHING}), flags).flag == flag
    assert with_second_opinion(doubtful, Opinion({}), flags) == doubtful, "nobody was asked"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("sure", [True, False])
def test_no_opinion_takes_a_finding_away(flags, level, sure):
    """The patterns' finding stands against every opinion of all flags."""
    found = Finding("injury", level, sure, None if sure else "weight", ("fall",), ("severe",), True, True, ("injury",))
    for name in set(flags) - {"crisis"}:
        for confidence in (0.0, NO_DANGER, ALARM, 1.0):
            after = with_second_opinion(found, Opinion({name: confidence}), flags)
            assert LEVELS.index(after.level) >= min(LEVELS.index(level), LEVELS.index("same_day"))
            assert set(after.exclusions) >= {"severe"} and after.halves == ("fall",)
            if sure and level == "emergency" and confidence >= NO_DANGER:
                assert (after.flag, after.sure) == ("injury", True)


def test_few_words_and_denied_words_count_for_less(flags):
    """Four words that are all flag words lead to the question at most; denied ones to nothing."""
    short = with_second_opinion(NOTHING, opinion("both_legs", 1.0, danger=1.0, words=4), flags)
    assert (short.flag, short.sure) == ("both_legs", False)
    denying = Finding(denied=frozenset({"both_legs"}))
    assert with_second_opinion(NOTHING, opinion("both_legs", 0.5), flags).level == "emergency"
    assert with_second_opinion(denying, opinion("both_legs", 0.5), flags).level is None


@pytest.mark.parametrize("confidence", [ASK, SURE_OF_SENDING_ON, ALARM - 0.01])
def test_an_urgent_flag_that_worries_nobody_is_no_alarm(flags, confidence):
    """What is not even asked about is not sent on either."""
    assert with_second_opinion(NOTHING, opinion("belly", confidence, danger=0.01, words=3), flags) == NOTHING


def test_an_unknown_flag_is_passed_over(flags):
    """A model that was trained with a flag that staff have taken out meanwhile."""
    assert with_second_opinion(NOTHING, Opinion({"no_such_flag": 1.0}), flags) == NOTHING
