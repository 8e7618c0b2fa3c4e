"""What answers and exercises promise each other: ids, titles, sources, follow-ups, stop rules."""

from __future__ import annotations

from collections import Counter
from typing import Dict, Iterator, List, Set, Tuple

from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_list, as_map, texts
from hipbot.check.yaml_lines import Document

BUTTON_PHRASES = ("next", "back", "repeat", "stop", "yes", "no", "not_sure")  # phrases that are buttons
ARTICLES = "content/articles.yml"
FEWEST_STOP_RULES = 2
NO_SOURCE = "No source:"  # begins `editors_note` where the clinic itself is the source: "Do you treat children?"


def check(files: Files) -> Iterator[Fault]:
    """All entries, each alone and among the others."""
    answers, exercises = list(files.answers()), files.entries("exercises")
    yield from _ids(answers, exercises)
    yield from _titles(files, [*answers, *exercises])
    articles = {a.get("id") for a in map(as_map, as_list(files.document(ARTICLES).data))}
    known = {d.name for d in answers} | {f"exercise:{d.name}" for d in exercises}
    for document in [*answers, *exercises]:
        yield from _sources(document, articles)
        yield from _follow_ups(document, known)
    shown_ones = {d.name for d in exercises if texts(as_map(d.data).get("steps"))}
    for document in exercises:
        yield from _exercise(document, shown_ones)
    yield from _articles(files.document(ARTICLES))
    yield from _lost_articles(files.document(ARTICLES), [*answers, *exercises], articles)


def ids(files: Files, folder: str) -> Set[str]:
    """The entries of a folder, by the names of their files."""
    return {file.rpartition("/")[2][: -len(".yml")] for file in files.names(f"content/{folder}")}


def _ids(answers: List[Document], exercises: List[Document]) -> Iterator[Fault]:
    rooms: Dict[str, str] = {}
    for document in [*answers, *exercises]:
        id_ = as_map(document.data).get("id")
        if isinstance(id_, str) and id_ != document.name:
            wrong = f"`id` is {shown(id_)}, but the file is {document.name}.yml"
            yield Fault(document.file, document.line("id"), document.name, wrong, f"Write: id: {document.name}")
    for document in answers:
        before = rooms.setdefault(document.name, document.file)
        if before != document.file:
            wrong = f"there is a {before} too"
            yield Fault(document.file, 1, document.name, wrong, "Remove one of them, or give it another id.")


def _titles(files: Files, documents: List[Document]) -> Iterator[Fault]:
    """A title is also what its button sends: two alike, and one of the two can never be reached."""
    phrases = files.mapping("content/phrases.yml")
    taken = {_folded(phrases.get(name)): f"the button `{name}` of content/phrases.yml" for name in BUTTON_PHRASES}
    for document in documents:
        title = as_map(document.data).get("title")
        if not isinstance(title, str) or not title.strip():
            continue
        before = taken.setdefault(_folded(title), document.file)
        if before != document.file:
            wrong = f"the title {shown(title)} is also that of {before}"
            yield Fault(
                document.file,
                document.line("title"),
                document.name,
                wrong,
                "Write words of its own: the button sends them.",
            )


def _folded(title: object) -> str:
    return " ".join(str(title).casefold().split())


def _cited(document: Document) -> Iterator[Tuple[int, str]]:
    """(number, article id) of each source of an entry."""
    for number, source in enumerate(as_list(as_map(document.data).get("sources"))):
        article = as_map(source).get("article")
        if isinstance(article, str):
            yield number, article


def _lost_articles(document: Document, entries: List[Document], articles: Set[object]) -> Iterator[Fault]:
    """An article that several entries cite is not a slip of theirs."""
    cited = Counter(article for entry in entries for article in {a for _, a in _cited(entry)})
    for article in sorted(a for a, times in cited.items() if times > 1 and a not in articles):
        wrong = f"the article is missing, and {cited[article]} entries cite it"
        yield Fault(document.file, 1, article, wrong, f"Put it back, or write `- id: {article}` and its title.")


def _sources(document: Document, articles: Set[object]) -> Iterator[Fault]:
    data = as_map(document.data)
    if "sources" not in data:
        return
    own = str(data.get("editors_note")).startswith(NO_SOURCE)
    must = document.file.startswith("content/exercises/") or (document.file.startswith("content/faq/") and not own)
    if must and not as_list(data["sources"]):
        advice = 'Write the article and the passage, such as {article: S0, passage: "FAQ 3"}.'
        if document.file.startswith("content/faq/"):
            advice += f' What the clinic itself says needs none: begin `editors_note` with "{NO_SOURCE}" and say who.'
        yield Fault(document.file, document.line("sources"), document.name, "no source is named", advice)
    for number, article in _cited(document):
        if article not in articles:
            wrong = f"the source {shown(article)} is not in {ARTICLES}"
            known = ", ".join(sorted(str(a) for a in articles if a))
            line = document.line("sources", number, "article")
            yield Fault(
                document.file, line, document.name, wrong, f"Write one of: {known}; or add the article there."
            )


def _follow_ups(document: Document, known: Set[str]) -> Iterator[Fault]:
    itself = {document.name, f"exercise:{document.name}"}
    for number, name in enumerate(texts(as_map(document.data).get("follow_ups"))):
        line = document.line("follow_ups", number)
        if name not in known:
            yield Fault(
                document.file, line, document.name, f"the follow-up {shown(name)} does not exist", _near(name, known)
            )
        elif name in itself:
            yield Fault(
                document.file,
                line,
                document.name,
                f"the follow-up {shown(name)} is this entry itself",
                "Write another one.",
            )


def _near(name: str, known: Set[str]) -> str:
    import difflib

    if f"exercise:{name}" in known:
        return f'Write "exercise:{name}".'
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"Did you mean {near[0]}?" if near else 'Write the id of an answer, or "exercise:" and an exercise\'s id.'


def _exercise(document: Document, with_steps: Set[str]) -> Iterator[Fault]:
    data = as_map(document.data)
    rules = texts(data.get("stop_rules"))
    if data.get("stop_rules") is not None and len([r for r in rules if r.strip()]) < FEWEST_STOP_RULES:
        wrong = f"there are {len(rules)} stop rules" if len(rules) != 1 else "there is one stop rule"
        advice = "Write at least two rules that say when to stop."
        yield Fault(document.file, document.line("stop_rules"), document.name, wrong, advice)
    instead = data.get("instead")
    line = document.line("instead")
    if isinstance(instead, str) and (instead not in with_steps or instead == document.name):
        wrong = f"`instead` is {shown(instead)}, which is no other exercise with steps"
        yield Fault(
            document.file,
            line,
            document.name,
            wrong,
            f"Write one of: {', '.join(sorted(with_steps - {document.name}))}.",
        )
    elif not instead and document.data is not None and document.name not in with_steps:
        advice = "Write the steps, or in `instead` an exercise that has some."
        yield Fault(document.file, line, document.name, "there are neither steps nor an `instead`", advice)


def _articles(document: Document) -> Iterator[Fault]:
    seen: Set[object] = set()
    for number, article in enumerate(map(as_map, as_list(document.data))):
        id_ = article.get("id")
        if isinstance(id_, str) and id_ in seen:
            yield Fault(
                document.file,
                document.line(number, "id"),
                id_,
                "this id stands here twice",
                "Write the next free one.",
            )
        seen.add(str(id_))
