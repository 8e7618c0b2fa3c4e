"""Add a new question to what the bot knows: it asks for everything, then writes both files.

    hipbot new faq                        asks in the terminal
    hipbot new faq --example              prints a file to fill in
    hipbot new faq --from answers.yml     takes the answers from that file

It writes content/faq/<name>.yml (the answer) and a block in data/nlu.yml (how patients ask it), or nothing at all.
Ctrl-C leaves everything as it was.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, List, Tuple

if TYPE_CHECKING:
    from hipbot.check.files import Files
    from hipbot.staff.faq import Faq
    from hipbot.staff.judge import Judge

STAND_IN = "It depends."  # stands for what has not been asked yet, while a part is looked at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=["faq"], help="faq: a question with its answer")
    parser.add_argument("--from", dest="source", metavar="FILE", type=Path, help="take the answers from a file")
    parser.add_argument("--example", action="store_true", help="print such a file, to fill in")


def run(options: argparse.Namespace) -> int:
    """0 written, 1 refused or stopped."""
    from hipbot.cli.questions import Left, accepted, say_refused
    from hipbot.staff import faq as faqs
    from hipbot.staff.saving import Refused

    if options.example:
        print(faqs.EXAMPLE, end="")
        return 0
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import project
    from hipbot.check.files import Files
    from hipbot.staff import teach
    from hipbot.staff.topics import titles

    try:
        files = Files(project.ROOT)
        if options.source:
            taught = teach.add_faq(project.ROOT, faqs.from_file(options.source, titles(files)), accepted)
        else:
            wanted = Asking(files).faq()
            if wanted is None:
                print("Nothing was written.")
                return 1
            taught = teach.add_faq(project.ROOT, wanted, lambda warning: True)  # asked about each already
    except Refused as refused:
        say_refused(refused)
        return 1
    except Left:
        print("\nStopped before the end. Nothing was written.", file=sys.stderr)
        return 1
    print("Written:\n  " + "\n  ".join(taught.places))
    print("Next: see what changes with `hipbot compare`, then let patients have it with `hipbot publish`.")
    return 0


class Asking:
    """Asks for one FAQ, part by part; each part is looked at before the next one."""

    def __init__(self, files: "Files") -> None:
        from hipbot.staff.faq import Faq
        from hipbot.staff.topics import titles

        self._files, self._titles = files, titles(files)
        self._draft = Faq("New question", STAND_IN, (), "new_question", says_who="-")

    def faq(self) -> "Faq | None":
        """The FAQ; None where it is not to be written after all.

        Raises:
            Left: where the input ends.
        """
        from hipbot.cli import questions

        print("A new question for the bot, in seven steps. Ctrl-C stops; nothing is written before the end.\n")
        self._question()
        self._name()
        self._answer()
        self._sources()
        self._messages()
        self._follow_ups()
        print(f"\n7. This will be written into {self._draft.file}:\n\n{self._draft.text()}")
        print(f"and {len(self._draft.messages)} messages into data/nlu.yml, under {self._draft.topic}.\n")
        return self._draft if questions.yes("Write it?", otherwise=True) else None

    def _question(self) -> None:
        from hipbot.cli import questions

        print("1. The question, short: it stands on a button. Such as: Do you treat children?")
        self._draft = self._until_good(
            lambda: replace(self._draft, question=questions.line("Question:")), ("title", "`title`", "the title")
        )

    def _name(self) -> None:
        from hipbot.cli import questions
        from hipbot.staff import faq as faqs

        proposed = faqs.proposed_id(self._draft.question, self._titles)
        print(f"\n2. A short name for it. Enter takes: {proposed}")
        while True:
            name = questions.line("Name:") or proposed
            self._draft = replace(self._draft, id=name)
            wrong = [w for w in faqs.form(self._draft, self._files) if name in w]
            if not wrong:
                return
            questions.warn(wrong[0])

    def _answer(self) -> None:
        from hipbot.cli import questions
        from hipbot.staff import faq as faqs

        print("\n3. The answer. Short sentences, plain words. An empty line makes a paragraph.")
        print("   {phone}, {email}, {address}, {hours} and {booking_link} are filled in from clinic.yml.")
        prompt = f"Answer (finish with a line that has only a full stop `{questions.DONE}`):"
        again = True
        while again:
            self._draft = self._until_good(
                lambda: replace(self._draft, answer=questions.lines(prompt)),
                ("answer", "`answer`"),
                lambda: print(f"  {faqs.reading(self._draft.answer)}"),
            )
            again = questions.yes("Write it again?", otherwise=False)

    def _sources(self) -> None:
        from hipbot.check.files import as_list, as_map
        from hipbot.cli import questions

        articles = {
            str(a.get("id")): str(a.get("title"))
            for a in map(as_map, as_list(self._files.document("content/articles.yml").data))
        }
        print("\n4. Which article says so, and where in it? Such as: S0 FAQ 3. Enter alone when there are no more.")
        for id_, title in articles.items():
            print(f"   {id_}  {title}")
        sources: List[Tuple[str, str]] = []
        while said := questions.line("Source:"):
            article, _, passage = said.partition(" ")
            if article.upper() in articles and len(passage.strip()) > 1:
                sources.append((article.upper(), passage.strip()))
            else:
                questions.warn("Write one of the names above, a space, and where in the article, such as: S0 FAQ 3")
        who = ""
        while not sources and not who:
            who = questions.line("No article? Then who at the clinic says so:")
        self._draft = replace(self._draft, sources=tuple(sources), says_who=who)

    def _messages(self) -> None:
        from hipbot.cli import questions
        from hipbot.staff.faq import FEWEST_MESSAGES, cleaned
        from hipbot.staff.judge import Judge

        print(
            f"\n5. How would patients ask it? {FEWEST_MESSAGES} ways or more: short, long, with slips, in other words."
        )
        print("   Enter alone when you have no more. One moment ...")
        judge = Judge(self._files)
        if not judge.compares_meaning:
            print("   (Likeness is judged by letters only: `hipbot train` has not been run here yet.)")
        found: List[str] = []
        while True:
            said = cleaned(questions.line(f"{len(found) + 1}."))
            if not said and len(found) >= FEWEST_MESSAGES:
                break
            if not said:
                print(f"  {FEWEST_MESSAGES - len(found)} more, please.")
            elif self._may_be_taught(judge, said, tuple(found)):
                found.append(said)
        self._draft = replace(self._draft, messages=tuple(found))

    def _may_be_taught(self, judge: "Judge", said: str, earlier: Tuple[str, ...]) -> bool:
        from hipbot.check.fault import FAULT
        from hipbot.cli import questions

        for remark in judge.remarks(said, self._draft.topic, earlier):
            questions.warn(str(remark))
            if remark.severity == FAULT or not questions.yes("Teach it all the same?", otherwise=False):
                return False
        return True

    def _follow_ups(self) -> None:
        from hipbot.cli import questions
        from hipbot.cli.paint import wrapped
        from hipbot.staff.faq import MOST_FOLLOW_UPS
        from hipbot.staff.saving import Refused
        from hipbot.staff.topics import follow_up_named

        print(f"\n6. What may be offered next, as buttons? Up to {MOST_FOLLOW_UPS}, by name. Enter alone for no more.")
        rooms = (
            *(d.name for room in ("faq", "clinic") for d in self._files.entries(room)),
            *(t for t in self._titles if ":" in t),
        )
        print(wrapped(", ".join(rooms), "   "))
        found: List[str] = []
        while len(found) < MOST_FOLLOW_UPS and (said := questions.line("Next:")):
            try:
                name = follow_up_named(said, self._titles)
            except Refused as refused:
                questions.warn(str(refused))
                continue
            print(f"  {name} ({self._titles[name]})")
            found += [name] if name not in found else []
        self._draft = replace(self._draft, follow_ups=tuple(found))

    def _until_good(
        self, ask: "Callable[[], Faq]", parts: Tuple[str, ...], then: Callable[[], Any] = lambda: None
    ) -> "Faq":
        """Ask for one part until no fault is left in it; warnings are told."""
        from hipbot.check.fault import FAULT
        from hipbot.cli import questions
        from hipbot.staff import faq as faqs

        while True:
            self._draft = ask()
            found = [f for f in faqs.faults(self._draft, self._files) if f.wrong.startswith((*parts, "an invisible"))]
            then()
            for fault in found:
                questions.warn(f"{fault.wrong[0].upper()}{fault.wrong[1:]}. {fault.write_instead}")
            if not any(fault.severity == FAULT for fault in found):
                return self._draft
            print("  Please write it again.")
