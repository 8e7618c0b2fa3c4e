"""`hipbot check`: each kind of fault put in once, to see the gate shut. The words themselves: tests/test_words.py."""

from __future__ import annotations

import ast
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from hipbot import check, project
from hipbot.check import alike, dangers, texts
from hipbot.check.fault import Fault
from hipbot.check.files import Files
from hipbot.language.kept_vectors import joined
from hipbot.proof.cases import WANTS_EXERCISE
from hipbot.proof.cases import read as read_cases
from hipbot.safety.data import Flag, SafetyDataError, load
from tests.damaged import checked_files, damaged

pytestmark = pytest.mark.slow

FAQ, CARE, SPORT = "content/faq/how_often.yml", "content/care/persistent_symptoms.yml", "content/faq/sport_impact.yml"
EXERCISE, IN_PERSON = "content/exercises/kneeling_stretch.yml", "content/exercises/hip_aeroplane.yml"
PHRASES, ARTICLES, CLINIC = "content/phrases.yml", "content/articles.yml", "clinic.yml"
NLU, DOMAIN, RULES, STORIES = "data/nlu.yml", "domain.yml", "data/rules.yml", "data/stories.yml"
FLAGS, SIGNS, WORDS = (f"content/safety/{name}.yml" for name in ("red_flags", "signs", "words"))
PLAY = "tests/conversations/it_keeps_coming_back.yml"
TWIN = "tests/questions/how_often.yml"
DANGERS, CHEST = "data/red_flags.yml", r"(?<=red_flag/chest\n  examples: \|\n)"

# what it is: (file, line that changes (a pattern), what it becomes, on which line the fault stands, words of the message)
Case = Tuple[str, str, str, str, str]
CASES: Dict[str, Case] = {
    # reading
    "a tab": (FAQ, r"^  It depends.*", "\tIt depends.", "\tIt depends", "the line starts with a tab. Indent with two spaces."),
    "wrong indentation": (FAQ, r"^title:", "   title:", "   title:", "this cannot be read"),
    "a key twice": (FAQ, r"^title: .*", "title: Once\ntitle: Twice", "title: Twice", "`title` stands here twice (first in line 3)"),
    "a key that is a truth value": (FAQ, r"^reviewed: .*", "reviewed: {by: null, on: null}", "reviewed:", "`on` is read as true or false"),
    "an anchor": (FAQ, r"^why: \|", "why: &w |", "why: &w", "`&w` or `*w` is used here"),
    "an invisible character": (FAQ, r"^title: ", "title: \u200b", "title: ", "an invisible character (U+200B)"),
    "a huge number": (FAQ, r"^title: .*", "title: " + "9" * 5000, "title: ", "a number of 5,000 digits"),
    "an impossible day": (FAQ, r"^reviewed: .*", "reviewed: {by: A, date: 2026-13-45}", "reviewed", "'2026-13-45'"),
    "a second document": (CLINIC, r"^city:", "---\ncity:", "---", "a second document starts here"),
    # schemas
    "no schema named": (FAQ, r"^# yaml.*", "# no", "# no", "the first line does not name the schema. Write: # yaml-language"),
    "a missing field": (FAQ, r"^title: .*\n", "", "id:", "`title` is missing. Write 4 to 40 characters"),
    "an unknown field": (FAQ, r"^follow_ups:", "folow_ups:", "folow_ups", "`folow_ups` is not known. Did you mean `follow_ups`?"),
    "a short title": (FAQ, r"^title: .*", "title: Hm", "title:", "`title` has 2 characters. Write 4 to 40"),
    "a long title": (FAQ, r"^title: .*", "title: " + "long " * 9, "title:", "`title` has 44 characters. Write 4 to 40"),
    "a mapping for a list": (FAQ, r"^sources:", "variants: {}\nsources:", "variants: {}", "`variants` is a mapping. Write a list"),
    "an unquoted date": (FAQ, r"^reviewed: .*", "reviewed: {by: Ann, date: 2026-11-21}", "reviewed", 'no quotes. Write "2026-11-21".'),
    "a date for a title": (FAQ, r"^title: .*", "title: 2026-11-21", "title", "`title` is a date without quotes"),
    "half a signature": (FAQ, r"^reviewed: .*", "reviewed: {by: Ann, date: null}", "reviewed", "`reviewed` has no `date`"),
    "an unknown kind": (EXERCISE, r"^kind: .*", "kind: dance", "kind:", "`kind` is 'dance'. Write one of: stretch, strength"),
    "a bad article": (ARTICLES, r"^- id: S3", "- id: three", "- id: three", "'three'. Write S and a number"),
    # entries
    "another id": (FAQ, r"^id: .*", "id: how_seldom", "id:", "`id` is 'how_seldom', but the file is how_often.yml. Write: id: how_often"),
    "a title twice": (SPORT, r"^title: .*", "title: KNEELING  stretch", "", "is also that of content/faq/sport_impact.yml"),
    "a title like a button": (FAQ, r"^title: .*", "title: say it again", "title:", "is also that of the button `repeat`"),
    "no source": (FAQ, r"^sources:\n(  - .*\n)*", "sources: []\n", "sources:", "no source is named"),
    "an unknown source": (FAQ, r"^sources:", "sources:\n  - {article: S9, passage: there}", "S9", "'S9' is not in content/articles.yml. Write one of: S0"),
    "an unknown follow-up": (FAQ, r"^follow_ups: .*", "follow_ups: [kneeling_stretch]", "follow_ups", 'does not exist. Write "exercise:kneeling_stretch".'),
    "itself as a follow-up": (FAQ, r"^follow_ups: .*", "follow_ups: [how_often]", "follow_ups", "'how_often' is this entry itself"),
    "one stop rule": (EXERCISE, r"^stop_rules:\n(  - .*\n)*", "stop_rules:\n  - Stop if it hurts.\n", "stop_rules:", "there is one stop rule. Write at least two"),
    "instead without steps": (IN_PERSON, r"^instead: .*", "instead: neutral_strengthening", "instead:", "which is no other exercise with steps. Write one of: couch_stretch"),
    "neither steps nor instead": (IN_PERSON, r"^instead: .*", "instead: null", "instead:", "there are neither steps nor an `instead`"),
    # when
    "an unknown exercise": (FAQ, r"\{exercise: lean_back\}", "{exercise: leanback}", "leanback}", "`exercise` is 'leanback', which is not known. Write one of: couch_stretch"),
    "an unknown sport": (SPORT, r"\{sport: golf\}", "{sport: chess}", "chess", "`sport` is 'chess', which is not known"),
    "an unknown when": (FAQ, r"\{back_pain: true\}", "{knee_pain: true}", "knee_pain", "`knee_pain` is not known in `notes 1 when`"),
    "an unknown length of time": (CARE, r"\{lasting: six_weeks\}", "{lasting: a_year}", "a_year", "'a_year'. Write one of: under_two_weeks"),
    "a when of another topic": (FAQ, r"\{back_pain: true\}", "{lasting: worse}", "lasting", "would never be said: `lasting` is known in persistent_symptoms"),
    "a variant behind a wider one": (FAQ, r"\{exercise: kneeling_stretch\}", "{exercise: any}", "{exercise: lean_back}", "variant 2 would never be said: variant 1 fits first"),
    # braces
    "an unknown name in braces": (FAQ, r"^answer: \|", "answer: |\n  Call {fone}.\n", "{fone}", "answer: {fone} is not filled in here. Write one of: {address}"),
    "an exercise's words elsewhere": (FAQ, r"^answer: \|", "answer: |\n  Hold it {hold}.\n", "{hold}", "Write it only in a variant with `exercise:`"),
    "a duration elsewhere": (FAQ, r"^answer: \|", "answer: |\n  Since {duration}.\n", "{duration}", "Write it only in a variant with `lasting:`"),
    "a stray brace": (FAQ, r"^answer: \|", "answer: |\n  Call {phone now.\n", "{phone now", "a brace stands alone"),
    "doubled braces": (FAQ, r"^answer: \|", "answer: |\n  Call {{phone}} now.\n", "{{phone", "a brace stands alone, is doubled"),
    "a phrase's own words": (PHRASES, r"^guide_which: .*", 'guide_which: "Step {number}?"', "guide_which", "{number} is not filled in here"),
    "a fact in an alt text": (EXERCISE, r"^  start: .*", '  start: "A person calls {phone}."', "A person calls", "Write the words themselves: nothing is filled in here."),
    "a fact on a button": (PHRASES, r"^next: .*", 'next: "{phone}"', "next:", "Write the words themselves: nothing is filled in here."),
    "a hole in a sentence": (FAQ, r"\{exercise: hip_aeroplane\}", "{sport: golf}", "{how_often}", "{how_often} is empty for hip_aeroplane"),
    "an unknown phrase": (PHRASES, r"^next: ", "hooray: Yes\nnext: ", "hooray", "the bot never says this phrase"),
    "a missing phrase": (PHRASES, r"^guide_which: .*\n", "", "# yaml", "guide_which: this phrase is missing"),
    "a brace in a fact": (CLINIC, r"^city: .*", 'city: "{town}"', "city:", "'{town}' has a brace"),
    # the clinic
    "a wrong emergency number": (CLINIC, r'^emergency_number: .*', 'emergency_number: "999"', "emergency_number", "'999' is not the number of NZ. Write \"111\"."),
    "a wrong crisis line": (CLINIC, r"^crisis_line: .*", 'crisis_line: "1738"', "crisis_line:", "Write \"1737\"."),
    "a placeholder for a life": (CLINIC, r"^advice_line: .*", "advice_line: {placeholder: x}", "advice_line:", "this number is a placeholder"),
    "no emergency number": (CLINIC, r"^emergency_number: .*\n", "", "clinic_name", "`emergency_number` is missing"),
    "another country": (CLINIC, r"^country: .*", "country: AU", "country:", "crisis numbers of 'AU' are not known"),
    # data
    "messages without an answer": (NLU, r"^- intent: faq/how_often", "- intent: faq/how_seldom", "faq/how_seldom", "content/faq/how_seldom.yml is missing"),
    "an answer without messages": (NLU, r"^- intent: faq/how_often", "- intent: faq/how_seldom", "", "data/nlu.yml has no `faq/how_often`"),
    "a plain topic without an answer": (NLU, r"^- intent: greet", "- intent: hello", "- intent: hello", "no answer has this topic's name"),
    "an FAQ without its faq/": (NLU, r"^- intent: faq/sitting", "- intent: sitting", "- intent: sitting", "Write: - intent: faq/sitting"),
    "the same sentence twice": (NLU, r"(?<=how_often\n  examples: \|\n)", "    - Zebra one!\n    - zebra ONE\n", "- zebra ONE", "'zebra ONE' stands in line"),
    "few messages": (NLU, r"\Z", "\n- intent: faq/tiny\n  examples: |\n    - Zebra\n", "faq/tiny", "the topic has 1 messages. Write at least 8"),
    "no dash": (NLU, r"(?<=how_often\n  examples: \|\n)", "    zebra\n", "    zebra", "'zebra' has no dash"),
    "no examples": (NLU, r"\Z", "\n- synonym: golf\n", "", "`examples` is missing"),
    "a value without wordings": (NLU, r"(?<=synonym: badminton\n  examples: \|\n)(    - .*\n)+", "", "", "badminton: `examples` is empty"),
    "a lost article": ("content/articles.yml", r"(?s)\n- id: S2.*?(?=\n- id: S3)", "", "", "S2: the article is missing, and"),
    "an unknown entity": (NLU, r"(?<=how_often\n  examples: \|\n)", "    - [zebra](animal)\n", "(animal)", "'animal' is no entity of domain.yml"),
    "an unknown value": (NLU, r"(?<=how_often\n  examples: \|\n)", "    - [zebra](sport)\n", "(sport)", "'zebra' is no known sport"),
    "broken brackets": (NLU, r"(?<=how_often\n  examples: \|\n)", '    - [zebra]{"entity:}\n', "[zebra]{", "the brackets cannot be read"),
    "a synonym of nothing": (NLU, r"^- synonym: golf", "- synonym: gulf", "gulf", "no lookup has this value"),
    "a wording twice": (NLU, r"(?<=synonym: golf\n  examples: \|\n)", "    - Crossfit\n", "", "crossfit: 'crossfit' also stands for golf"),
    "an exercise nobody has": (NLU, r"(?<=lookup: exercise\n  examples: \|\n)", "    - headstand\n", "lookup: exercise", "headstand: lookup exercise: no exercise has this id"),
    "an exercise nobody can name": (NLU, r"(?<=\n)    - kneeling_stretch\n", "", "", "patients cannot name this exercise"),
    "an intent outside the domain": (DOMAIN, r"^  - greet\n", "", "", "greet: domain.yml has no such intent, data/nlu.yml has messages for it. Add `- greet`"),
    "an intent without messages": (DOMAIN, r"^  - greet\n", "  - greet\n  - hail\n", "- hail", "data/nlu.yml has no messages for this intent"),
    "an intent without a rule": (RULES, r"^          - intent: greet\n", "", "", "greet: no rule answers this intent"),
    "no rule at all": (RULES, r"(?s)(?<=rules:\n).*", "", "rules:", "`rules` is no list"),
    "a number for a rule's name": (RULES, r"Answer every message", "1e9", "1e9", "this rule has no name"),
    "a fallback without a rule": (RULES, r"^          - intent: nlu_fallback\n", "", "", "nlu_fallback: no rule answers this intent"),
    "a rule without an intent": (RULES, r"^          - intent: greet\n", "          - intent: greet\n          - intent: hail\n", "hail", "'hail' is no intent of domain.yml"),
    "an unknown action": (STORIES, r"action: action_reply", "action: action_replay", "action_replay", "'action_replay' is no action of domain.yml"),
    "few questions": ("tests/questions/crisis.yml", r"(?s)^- .*", '- "zebra"\n', "# Mess", "there are 1 messages, fewer than 15"),
    "a play of a lost topic": (PLAY, r"^      topic: .*", "      topic: lost_topic", "lost_topic", "turn 1 expects the topic 'lost_topic'"),
    "a play without its answer": (PLAY, r"^    clinic: [|]", "    clinics: |", "patient:", "turn 1: `clinic` is missing"),
    # what Rasa reads, and the red flags
    "an unknown version": (NLU, r'^version: .*', 'version: "4.0"', "version:", "`version` is '4.0', so Rasa passes over the file"),
    "an unknown key": (RULES, r"^rules:", "rulez:", "rulez", "`rulez` is not known here. Did you mean `rules`?"),
    "a message further right": (NLU, r"(?<=how_often\n  examples: \|\n)(    - .*\n)", "    - zebra one\n      - zebra two\n", "zebra two", "stands further right than the first message"),
    "two answers together": (STORIES, r"^      - intent: thanks\n", "", "", "two answers stand together"),
    "no answer": (STORIES, r"^      - action: action_reply\n", "", "", "no answer follows the message before this one"),
    "a slot too few": (DOMAIN, r"^  memory:", "  memry:", "slots:", "the slot `memory` is missing"),
    "a slot that takes part": (DOMAIN, r"influence_conversation: false", "influence_conversation: true", "influence_conv", "`influence_conversation` must be"),
    "an entity too few": (DOMAIN, r"^  - sport\n", "", "entities:", "the entity 'sport' is missing"),
    "a lookup too few": (NLU, r"^- lookup: fact", "- lookup: facts", "", "`- lookup: fact` is missing"),
    "no action": (DOMAIN, r"^  - action_reply", "  - action_rply", "actions:", "nobody would get an answer"),
    "a tab in a line": (DOMAIN, r"^  - sport", "  - sport\t# x", "- sport", "a tab stands in this line"),
    "a flag of no level": (FLAGS, r"^    level: emergency", "    level: urgent", "level: urgent", "`level` is 'urgent'. Write one of: book"),
    "a flag without words": (FLAGS, r"^    tell_them: ", "    tell: ", "cauda_equina_signs:", "`tell_them` is missing"),
    "a sign that is not there": (SIGNS, r"^  complaint:", "  complains:", "", "names the sign 'complaint', which is not in"),
    "a flag without a question": (FLAGS, r"^    ask: toilet_or_numb", "    ask: toilet", "ask: toilet", "`ask` is 'toilet', which is no question of this file. Write one of: toilet_or_numb"),
    "a rule of no sign": (FLAGS, r"sexual \+ back_pain", "sexual + bak_pain", "bak_pain", "names the sign 'bak_pain', which is not in signs.yml. Did you mean `back_pain`?"),
    "a rule that is no text": (FLAGS, r"(?<=when: \[)cauda_equina_signs", "5", "when: [5", "5 is no sign. Write it in quotes."),
    "raised by no level": (FLAGS, r"^      emergency: \[frail", "      urgent: [frail", "urgent: [frail", "`raised_by` names the level 'urgent'"),
    "no list of signs": (FLAGS, r"^    when: .*", "    when: back_pain", "when: back_pain", "`when` is no list"),
    "no questions": (FLAGS, r"^questions:", "question:", "question:", "`question` is not known here. Did you mean `questions`?"),
    "a flag named as a sign": (SIGNS, r"^  complaint:", "  chest:\n    patterns: [chest]\n  complaint:", "", "chest: signs.yml has a sign of this name"),
    "a sign without patterns": (SIGNS, r"^  complaint:\n", "  complaint: {}\n  other:\n", "complaint: {}", "nothing finds this sign"),
    "an unknown key of a sign": (SIGNS, r"^    half: true", "    halve: true", "halve:", "`halve` is not known here. Did you mean `half`?"),
    "a switch that is off": (SIGNS, r"^    half: true", "    half: false", "half: false", "`half` is 'false'. Write `half: true`, or leave it out."),
    "a list of patterns that is none": (SIGNS, r"^    patterns: .*", "    patterns: numb legs", "patterns: numb legs", "`patterns` is no list. Write a line for each"),
    "an empty pattern": (SIGNS, r"^      - sore\|.*", '      - ""', '- ""', "there is no pattern here. Write one, or remove the line."),
    "a pattern that is no text": (FLAGS, r"^      - cauda equina$", "      - cauda: equina", "cauda: equina", "is no pattern. Write it in quotes."),
    # the patterns themselves
    "an unknown word set": (SIGNS, r"^      - <body> [.]{3} <pain>", "      - <body> ... <pian>", "<pian>", "complaint: <pian> is not among the word sets of words.yml. Did you mean `pain`?"),
    "a word set half open": (FLAGS, r"^      - cauda equina$", "      - cauda equina|<numb", "equina|<numb", "`<numb` can stand in no message. Write a word set as <name>"),
    "a gap at the end": (FLAGS, r"^      - cauda equina$", "      - cauda ...", "cauda ...", "`cauda ...` does not begin and end with a word. Let it begin"),
    "a gap before &": (FLAGS, r"^      - cauda equina$", "      - cauda .. & equina", "cauda .. &", "`cauda ..` does not begin and end with a word"),
    "a pattern of fillers": (FLAGS, r"^      - cauda equina$", "      - the very", "the very", "without fillers, `` does not begin and end with a word"),
    "a first word that may be missing": (FLAGS, r"^      - cauda equina$", "      - cauda? equina", "cauda? equina", "`cauda? equina` does not begin and end with a word"),
    "a gap of another length": (FLAGS, r"^      - cauda equina$", "      - cauda ..... equina", "cauda .....", "`.....` can stand in no message. Write a gap as"),
    "a choice of nothing": (FLAGS, r"^      - cauda equina$", "      - cauda| equina", "cauda| equina", "`` can stand in no message. Write a word on both sides of each `|`"),
    "an ending in the middle": (FLAGS, r"^      - cauda equina$", "      - ca*uda equina", "ca*uda", "`ca*uda` can stand in no message. Write `*` at the end"),
    "a question mark in the middle": (FLAGS, r"^      - cauda equina$", "      - cauda equina?|tail", "equina?|tail", "`equina?` can stand in no message. Write `?` behind"),
    "a capital": (FLAGS, r"^      - cauda equina$", "      - cauda Equina", "cauda Equina", "`Equina` can stand in no message. Write small letters"),
    "a hyphen": (FLAGS, r"^      - cauda equina$", "      - cauda-equina", "cauda-equina", "`cauda-equina` can stand in no message. Write letters and digits only"),
    "a list in quotes": (FLAGS, r"^      - cauda equina$", '      - "cauda, equina"', "cauda, equina", "`cauda,` can stand in no message"),
    "an unless of nothing": (FLAGS, r"^      - cauda equina$", "      - cauda equina unless", "equina unless", "`unless` can stand in no message. Write `&` and `unless` between"),
    "an & behind unless": (FLAGS, r"^      - cauda equina$", "      - cauda unless equina & tail", "equina & tail", "`&` can stand in no message. Write `&` and `unless` between"),
    "an idiom that is broken": (WORDS, r"^not_meant:\n", "not_meant:\n  - kill .. the <musles>\n", "<musles>", "not_meant: <musles> is not among the word sets"),
    "a context that is broken": (WORDS, r"^    - years since$", "    - years ..", "years ..", "past: without fillers, `years ..` does not begin"),
    "a context that is missing": (WORDS, r"^  hypothetical:", "  hypothetic:", "context:", "`hypothetical` is missing. Put it back"),
    "a phrase that is broken": (WORDS, r"^  warm: \[warm up", "  warm: [<wram> up", "<wram>", "warm: <wram> is not among the word sets of words.yml. Did you mean `warm`?"),
    "a word set that is no list": (WORDS, r"^  warm: .*", "  warm: hot pack", "warm: hot pack", "warm: this word set is no list"),
    "a word set of fillers": (WORDS, r"^  warm: .*", "  warm: [the, very]", "warm: [the", "this word set has no word but fillers"),
    "a word set's name": (WORDS, r"^  warm: ", "  warm-up: [warm]\n  warm: ", "warm-up:", "`warm-up` is no name for a word set"),
    "a word set in a circle": (WORDS, r"^  warm: .*", "  warm: [<warmer>]\n  warmer: [hot <warm>]", "warm: [<warmer>", "warm: <warm> holds itself"),
    "two words among single ones": (WORDS, r"^  links: \[or", "  links: [or else", "links:", "`or else` is more than one word"),
    "a filler of two words": (WORDS, r"^fillers: \[a, ", "fillers: [a bit, ", "fillers:", "`a bit` is more than one word"),
    "no text-speak": (WORDS, r"^  naps: .*", "  naps:", "naps:", "same: there is no word here"),
    "no fillers": (WORDS, r"^fillers: ", "filler: ", "filler:", "`filler` is not known here. Did you mean `fillers`?"),
    # red flags in patients' words
    "a flag nobody knows": (DANGERS, r"^- intent: red_flag/chest$", "- intent: red_flag/chests", "red_flag/chests", "content/safety/red_flags.yml has no flag 'chests'. Write one of: cauda_equina_signs"),
    "a flag without messages": (DANGERS, r"^- intent: red_flag/chest$", "- intent: red_flag/chests", "", "chest: the messages are missing of this flag"),
    "a crisis as a flag": (DANGERS, r"^- intent: red_flag/chest$", "- intent: red_flag/crisis", "red_flag/crisis", "a crisis is a topic of its own"),
    "no flag at all": (DANGERS, r"\Z", "\n- intent: faq/sitting\n  examples: |\n    - zebra\n", "faq/sitting", "this is no red flag. Put it into data/nlu.yml"),
    "few messages of a flag": (DANGERS, r"\Z", "\n- intent: red_flag/crisis\n  examples: |\n    - zebra\n", "red_flag/crisis", "the flag has 1 messages. Write at least 8"),
    "a flag's block twice": (DANGERS, r"\Z", "\n- intent: red_flag/chest\n  examples: |\n    - zebra\n", "", "this topic has a block already (line "),
    "a lookup among red flags": (DANGERS, r"\Z", "\n- lookup: sport\n  examples: |\n    - zebra\n", "", "lookups and synonyms stand in data/nlu.yml only"),
    "a red flag twice": (DANGERS, CHEST, "    - Zebra one!\n    - zebra ONE\n", "- zebra ONE", "'zebra ONE' stands in line"),
    "a red flag's brackets": (DANGERS, CHEST, "    - [zebra](animal)\n", "(animal)", "'animal' is no entity of domain.yml"),
    "a red flag without a dash": (DANGERS, CHEST, "    zebra\n", "    zebra", "'zebra' has no dash"),
    "red flags of another version": (DANGERS, r'^version: .*', 'version: "4.0"', "version:", "`version` is '4.0', so Rasa passes over the file"),
    "an unknown key among red flags": (DANGERS, r"^nlu:", "nlus:", "nlus", "`nlus` is not known here. Did you mean `nlu`?"),
    "no question": (TWIN, r"\Z", "\n- 5\n", "- 5", "'5' is no message"),
}  # fmt: skip


@pytest.fixture(scope="module")
def files() -> Files:
    return checked_files()


def test_the_project_has_no_faults(files: Files) -> None:
    """What is in the repository passes its own gate."""
    assert [str(fault) for fault in check.check(files).of(check.FAULT)] == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_fault_is_found_where_it_is(files: Files, case: Case) -> None:
    """A fault is named with its file, its line and what to write; the gate shuts."""
    file, old, new, at, message = case
    found, after = damaged(files, file, old, new)
    mine = [fault for fault in found if message in str(fault) and fault.severity == check.FAULT]
    assert mine, "\n".join(map(str, found))
    if at:
        line = next(n for n, row in enumerate(after.split("\n"), 1) if at in row)
        assert (mine[0].file, mine[0].line) == (file, line)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[0] in (FLAGS, SIGNS, WORDS)])
def test_the_server_refuses_the_same(tmp_path: Path, name: str) -> None:
    """What is wrong with the red flags is no matter of opinion: the server does not start with it either."""
    file, old, new, _, message = CASES[name]
    for path in (FLAGS, SIGNS, WORDS):
        text = (project.ROOT / path).read_text("utf-8")
        text = re.sub(old, lambda _: new, text, count=1, flags=re.M) if path == file else text
        (tmp_path / Path(path).name).write_text(text, "utf-8")
    with pytest.raises(SafetyDataError) as error:
        load(tmp_path)
    assert message in str(error.value)


def test_one_sentence_under_two_topics(files: Files) -> None:
    """The same sentence under two topics is named with both, whatever its capitals and marks."""
    taught = next(iter(check.nlu.read(files.document(NLU)).topics["faq/how_often"]))
    new = f"    - {taught.text.upper()} ?!\n"
    found, _ = damaged(files, NLU, r"(?<=sport_impact\n  examples: \|\n)", new)
    assert any(f"stands in line {taught.line}, under faq/how_often too" in str(fault) for fault in found)


def test_one_sentence_in_both_files(files: Files) -> None:
    """A harmless topic's message taught as a red flag too is named with both files."""
    taught = next(iter(check.nlu.read(files.document(NLU)).topics["faq/how_often"]))
    found, _ = damaged(files, DANGERS, CHEST, f"    - {taught.text.upper()} ?!\n")
    mine = next(fault for fault in found if f"stands in line {taught.line} of {NLU}, under faq/how_often too" in str(fault))
    assert (mine.file, mine.entry, mine.severity) == (DANGERS, "red_flag/chest", check.FAULT)


def test_a_message_nearly_a_red_flag_is_told(files: Files) -> None:
    """One slip away from a red flag, under a harmless topic: told with both files; two red flags may be alike."""
    flagged = check.nlu.read(files.document(DANGERS)).topics["red_flag/chest"]
    taught = max(flagged, key=lambda example: len(example.text) if len(example.text) < 90 else 0)
    slip = f"    - {taught.text[:-1]}\n"
    for file, block, told in ((NLU, r"(?<=how_often\n  examples: \|\n)", 1), (DANGERS, r"(?<=red_flag/injury\n  examples: \|\n)", 0)):
        raw = re.sub(block, lambda _: slip, (project.ROOT / file).read_text("utf-8"), count=1)
        found = [str(f) for f in check.check(files.but({file: raw.encode()})).faults if "is nearly" in f.wrong]
        assert len(found) == told, found
        assert all(f"line {taught.line} of {DANGERS}, under red_flag/chest" in fault or f":{taught.line}: red_flag/chest" in fault for fault in found), found


@pytest.mark.parametrize("file", ["flagged", "phrases", "benign", "split", "radiating", "exclusions"])
def test_a_taught_danger_proves_nothing(files: Files, file: str) -> None:
    """A message of tests/safety that is taught as a red flag, in other capitals and marks: named with both lines."""
    document = files.document(f"tests/safety/{file}.yml")
    message, path = next(iter(dangers.said(document.data)))
    found, after = damaged(files, DANGERS, CHEST, f"    - {message.upper()} ?!\n")
    line = next(n for n, row in enumerate(after.split("\n"), 1) if f"{message.upper()} ?!" in row)
    mine = [fault for fault in found if f"is taught in {DANGERS}, line {line}" in fault.wrong]
    assert [(f.file, f.line, f.severity) for f in mine][:1] == [(document.file, document.line(*path), check.FAULT)]


def test_every_message_of_the_safety_set_is_compared(files: Files) -> None:
    """The check reads the same messages as `hipbot/proof` does."""
    flags = {name: Flag(name, None, "emergency", None, "", "", ()) for name in files.mapping(FLAGS)["flags"]}
    cases = read_cases(project.ROOT / "tests" / "safety", flags)
    wanted = {text for case in cases for text in case.turns} - {WANTS_EXERCISE}
    read = {text for file in files.names("tests/safety") for text, _ in dangers.said(files.document(file).data)}
    assert wanted <= read and len(read) < len(wanted) + 10, wanted ^ read


def test_the_summary_counts_both_files(files: Files) -> None:
    """What is taught is taught, in whichever file it stands."""
    counted = [check.nlu.read(files.document(file)).messages for file in (NLU, DANGERS)]
    assert all(counted) and check.check(files, likeness=False).messages == sum(counted)


def test_a_taught_question_tests_nothing(files: Files) -> None:
    """A message of tests/questions that stands in data/nlu.yml too, in other capitals and marks."""
    taught = next(iter(check.nlu.read(files.document(NLU)).topics["faq/why_tight"]))
    found, after = damaged(files, TWIN, r"\Z", f'\n- "{taught.text.upper()} ?!"\n')
    mine = next(fault for fault in found if f"is taught in data/nlu.yml, line {taught.line}" in fault.wrong)
    assert (mine.file, mine.line) == (TWIN, len(after.rstrip().split("\n")))


def test_nearly_the_same_under_two_topics_is_told(files: Files) -> None:
    """By letters, and by meaning where the last training has left its vectors; identical ones are faults already."""
    taught = check.nlu.read(files.document(NLU)).topics["faq/why_tight"]
    text = next(e.text for e in taught if len(e.text) > 40 and "[" not in e.text)
    raw = (project.ROOT / NLU).read_text("utf-8")
    marker = "sport_impact\n  examples: |\n"
    slip = raw.replace(marker, f"{marker}    - {text[:-3]}{text[-2:]}\n", 1)
    told = [str(f) for f in check.check(files.but({NLU: slip.encode()})).faults if "is nearly" in f.wrong]
    assert len(told) == 1 and "by letters" in told[0] and "warning" in told[0]
    assert not [f for f in check.check(files.but({NLU: slip.encode()}), likeness=False).faults if "is nearly" in f.wrong]


def test_likeness_by_meaning(tmp_path: Path) -> None:
    """Vectors that point the same way, words that do not: found, with both lines; small talk and pictures are not."""
    import numpy as np

    rows = ["an osteopath for my small children", "do you see kids", "is there parking", "yes please to that one", "🙃🙃🙃"]
    vectors = np.eye(5, dtype=np.float32)[[0, 0, 1, 0, 0]]
    none = {"as_written": joined([]), "rows": np.array([], dtype=int)}
    np.savez(tmp_path / "v.npz", texts=joined(rows), vectors=vectors, **none)
    topics = ["faq/a", "faq/b", "faq/b", "affirm", "faq/c"]
    taught = alike.Taught([check.nlu.Example(r, n, t) for n, (r, t) in enumerate(zip(rows, topics), 1)], tmp_path / "v.npz")
    assert [(e.line, a.example.line, a.by) for e, a in taught.pairs()] == [(2, 1, "meaning")]
    assert alike.Taught(taught.examples, tmp_path / "none.npz").by_meaning == 0
    np.savez(tmp_path / "v.npz", texts=np.array(rows), vectors=vectors, **none)  # as an older version wrote it
    assert alike.Taught(taught.examples, tmp_path / "v.npz").by_meaning == 0
    (tmp_path / "v.npz").write_bytes(b"no vectors")
    assert alike.Taught(taught.examples, tmp_path / "v.npz").by_meaning == 0


def test_a_warning_leaves_the_gate_open(files: Files) -> None:
    """A new FAQ with twenty messages is welcome: told, not refused."""
    block = "\n- intent: faq/how_often_too\n  examples: |\n" + "".join(f"    - zebra number {n}\n" for n in range(20))
    found, _ = damaged(files, NLU, r"\Z", block)
    mine = [fault for fault in found if "the topic has 20 messages" in fault.wrong]
    assert [fault.severity for fault in mine] == [check.WARNING]


# the command line --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the check reads."""
    root = tmp_path_factory.mktemp("project")
    for name in ("content", "data", "schemas", "tests/questions", "tests/conversations", "tests/safety"):
        shutil.copytree(project.ROOT / name, root / name)
    for name in (CLINIC, DOMAIN):
        shutil.copy(project.ROOT / name, root / name)
    return root


def run(root: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hipbot.cli.main", "check", *options]
    environment = {"HIPBOT_ROOT": str(root), "PYTHONPATH": str(project.ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root)


def test_without_faults_it_says_so_and_returns_0(copy: Path) -> None:
    """The last line counts what was looked at."""
    done = run(copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^No faults in \d+ entries, [\d,]+ messages", done.stdout.splitlines()[-1])


def test_it_needs_no_rasa() -> None:
    """Staff wait for it after each save; how long is measured by `make bench`."""
    code = "import sys, hipbot.check as c; c.faults('.'); print([m for m in ('rasa', 'spacy', 'tensorflow', 'textstat') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=project.ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_live_refuses_what_the_clinic_has_not_done(copy: Path, files: Files) -> None:
    """Placeholders and unsigned entries close the gate to patients, each with its line."""
    done, report = run(copy, "--live"), check.check(Files(copy), likeness=False)
    for file in report.unsigned:
        assert f"{file}:" in done.stdout
    for name in report.placeholders:
        assert re.search(rf"^clinic.yml:\d+: {name}: this is still a placeholder", done.stdout, re.M)
    if report.unsigned or report.placeholders:
        assert done.returncode == 1


def test_several_faults_are_told_at_once_also_as_json(tmp_path: Path, copy: Path) -> None:
    """All faults of all files in one run; `--json` for other programs."""
    root = tmp_path / "project"
    shutil.copytree(copy, root)
    (root / FAQ).write_text("- just\n- a list\n", "utf-8")
    (root / ARTICLES).write_text("", "utf-8")
    (root / CLINIC).unlink()
    (root / "content/faq/new_one.yaml").write_text("id: new_one\n", "utf-8")
    (root / "content/notes.yml").write_text("id: notes\n", "utf-8")
    done = run(root, "--json")
    assert done.returncode == 1, done.stderr
    found = [Fault(**fault) for fault in json.loads(done.stdout)["faults"]]
    told = "\n".join(map(str, found))
    for words in (
        f"{FAQ}:1: how_often: the file is a list. Write `id:`",
        f"{ARTICLES}:1: articles: the file is empty",
        f"{CLINIC}:1: clinic: the file cannot be opened",
        "content/faq/new_one.yaml:1: new_one.yaml: the bot does not read files that end in .yaml",
        "content/notes.yml:1: notes.yml: the bot reads no entry here",
    ):
        assert words in told


def test_a_missing_twin_is_found(tmp_path: Path, copy: Path) -> None:
    """Topics and their files of untaught messages are counted both ways."""
    root = tmp_path / "project"
    shutil.copytree(copy, root)
    (root / TWIN).rename(root / "tests/questions/how_seldom.yml")
    told = "\n".join(map(str, check.check(Files(root), likeness=False).faults))
    assert "how_often: warning: nothing tests this topic: tests/questions/how_often.yml is missing" in told
    assert "tests/questions/how_seldom.yml:1: how_seldom: warning: this file is left over" in told
    (root / "tests/questions/greet.yml").unlink()
    told = "\n".join(map(str, check.check(Files(root), likeness=False).faults))
    assert "greet: nothing tests this topic: tests/questions/greet.yml is missing" in told


# tables held to the code that they describe ------------------------------------------------------


def test_the_table_of_phrases_is_that_of_the_code() -> None:
    """Each phrase that hipbot/dialogue says is in the table, with each word that it is given there."""
    for path in sorted((project.ROOT / "hipbot/dialogue").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                not isinstance(call, ast.Call)
                or getattr(call.func, "attr", "") not in ("say", "_say")
                or not call.args
            ):
                continue
            name = call.args[0]
            if isinstance(name, ast.Constant):
                given = {keyword.arg for keyword in call.keywords}
                assert name.value in texts.PHRASES, f"{path.name}:{call.lineno}"
                assert given <= (texts.PHRASES[name.value] or set()), f"{path.name}:{call.lineno}"


def test_lists_are_those_of_the_code() -> None:
    """Rooms, exercise words, grades, levels and reasons stand in the code too."""
    from hipbot.check import files as files_
    from hipbot.check import when
    from hipbot.content import Exercise, library
    from hipbot.dialogue import care, topics
    from hipbot.safety import context, faults

    schema = json.loads((project.ROOT / "schemas/answer.schema.json").read_text("utf-8"))
    fixed: Dict[str, Any] = schema["definitions"]["when"]["properties"]
    assert set(fixed["lasting"]["enum"]) == set(care.GRADES)
    assert set(fixed["care"]["enum"]) == set(topics.CARE_LEVELS)
    assert set(when.GP_FIRST) == set(care.REASON_OF_FLAG.values())
    assert files_.ROOMS == library.ROOMS
    assert texts.EXERCISE_WORDS == set(library._exercise_words(Exercise("a", "A")))
    asked_for = re.findall(r'_(?:near|found)\("(\w+)"', Path(context.__file__).read_text("utf-8"))
    assert set(faults.CONTEXT_PATTERNS) == set(asked_for)


def test_the_short_vectors_lose_no_pair() -> None:
    """Their product is never less than that of the whole ones, so nothing near is passed over."""
    import numpy as np

    chance = np.random.default_rng(7)
    vectors = chance.normal(size=(300, 384)).astype(np.float32) + 3 * chance.normal(size=384).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    short = alike._shortened(vectors)
    assert short.shape == (300, alike._MAIN + 1)
    assert (short @ short.T >= vectors @ vectors.T - 1e-5).all()


def test_counting_letters_loses_no_pair() -> None:
    """Each pair of messages, with slips of the finger, that is alike letter by letter is found: whatever the sieve lets through."""
    from rapidfuzz import fuzz

    chance = random.Random(7)
    said = [" ".join(chance.choices("my hip’s been über sore since i ran a bit too far again".split(), k=k)) for k in range(2, 90)]
    rows = [_with_slips(text, chance) for text in said * 4]
    taught = alike.Taught([check.nlu.Example(row, n, f"faq/{n}") for n, row in enumerate(rows, 1)], None)
    letters = [(example.line, check.nlu.folded(example.text)) for example in taught.examples]
    pairs = [(a, b) for (a, one), (b, other) in itertools.combinations(letters, 2) if one != other and fuzz.ratio(one, other) >= alike.LETTERS]
    assert len(pairs) > 100
    assert sorted((near.example.line, example.line) for example, near in taught.pairs()) == pairs


def _with_slips(text: str, chance: random.Random) -> str:
    """Some letters changed, up to a tenth."""
    letters = list(text)
    for _ in range(chance.randrange(len(letters) // 10 + 1)):
        letters[chance.randrange(len(letters))] = chance.choice("abcdefghijklmnopqrstuvwxyzé ")
    return "".join(letters)
