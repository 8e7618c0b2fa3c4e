"""Holds every content file to its JSON Schema and says in plain words what is wrong.

The schemas are in `schemas/`, where editors read them too; their descriptions are the advice given here.
"""

from __future__ import annotations

import difflib
from datetime import date
from typing import Any, Dict, Iterator, List, Tuple

from hipbot.check.fault import Fault, shown
from hipbot.check.files import FOLDERS, Files
from hipbot.check.yaml_lines import Document

_KINDS = {"string": "a text", "array": "a list", "object": "a mapping", "null": "empty", "boolean": "true or false"}
_ALONE = {"clinic.yml": "clinic", "content/articles.yml": "articles", "content/phrases.yml": "phrases"}


def check(files: Files) -> Iterator[Fault]:
    """Every file of content and clinic.yml: its first line and its fields."""
    by_kind: Dict[str, List[str]] = {}
    for file, kind in _wanted(files):
        by_kind.setdefault(kind, []).append(file)
    for kind, names in by_kind.items():
        yield from _check_kind(files, kind, names)
    yield from _unread(files)


def _wanted(files: Files) -> Iterator[Tuple[str, str]]:
    yield from _ALONE.items()
    for folder in FOLDERS:
        for file in files.names(f"content/{folder}"):
            yield file, {"exercises": "exercise", "figures": "figures"}.get(folder, "answer")


def _check_kind(files: Files, kind: str, names: List[str]) -> Iterator[Fault]:
    from jsonschema import Draft7Validator  # 0.1 s to import, so only here

    schema = files.schema(kind)
    if not isinstance(schema, dict):
        file = f"schemas/{kind}.schema.json"
        yield Fault(file, 1, kind, "the schema is missing or is no JSON", "Put it back from the repository.")
        return
    validator = Draft7Validator(schema)
    for document in map(files.document, names):
        yield from document.once("schema", lambda: list(_held(document, kind, validator)))


def _held(document: Document, kind: str, validator: Any) -> Iterator[Fault]:
    """One file, held to its schema."""
    yield from _first_line(document, kind)
    if document.data is not None:
        for error in validator.iter_errors(_with_plain_date(document.data)):
            yield from _in_words(document, error)
        yield from _dates(document)


def _first_line(document: Document, kind: str) -> Iterator[Fault]:
    up = "../" * document.file.count("/")
    wanted = f"# yaml-language-server: $schema={up}schemas/{kind}.schema.json"
    if document.source and document.source[0].rstrip() != wanted:
        yield Fault(document.file, 1, document.name, "the first line does not name the schema", f"Write: {wanted}")


def _unread(files: Files) -> Iterator[Fault]:
    """Files that look like content and would be passed over in silence."""
    for folder in FOLDERS:
        for file in files.names(f"content/{folder}", ".yaml"):
            name = file.rpartition("/")[2]
            yield Fault(file, 1, name, "the bot does not read files that end in .yaml", "Let its name end in .yml.")
    for file in files.names("content"):
        if file not in _ALONE:
            name = file.rpartition("/")[2]
            rooms = ", ".join(FOLDERS)
            yield Fault(
                file, 1, name, "the bot reads no entry here", f"Move it into one of content's folders: {rooms}."
            )


def _with_plain_date(data: Any) -> Any:
    """An unquoted review date as its own text: `_dates` reports it in better words than the schema can."""
    reviewed = data.get("reviewed") if isinstance(data, dict) else None
    day = reviewed.get("date") if isinstance(reviewed, dict) else None
    return {**data, "reviewed": {**reviewed, "date": day.isoformat()[:10]}} if isinstance(day, date) else data


def _dates(document: Document) -> Iterator[Fault]:
    """A review date must be a day of the calendar, and a text: a payload cannot carry YAML's date."""
    reviewed = document.data.get("reviewed") if isinstance(document.data, dict) else None
    if not isinstance(reviewed, dict):
        return
    by, day = reviewed.get("by"), reviewed.get("date")
    line = document.line("reviewed", "date")
    if isinstance(day, date):
        yield Fault(
            document.file, line, document.name, "the review date has no quotes", f'Write "{day.isoformat()[:10]}".'
        )
    elif isinstance(day, str) and not _is_day(day):
        yield Fault(
            document.file,
            line,
            document.name,
            f"{shown(day)} is no day of the calendar",
            'Write it like "2026-11-21".',
        )
    if (by is None) != (day is None):
        missing = "by" if by is None else "date"
        advice = "Write both `by` and `date`, or null for both."
        yield Fault(document.file, document.line("reviewed"), document.name, f"`reviewed` has no `{missing}`", advice)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _in_words(document: Document, error: Any) -> Iterator[Fault]:
    """One schema error as one or several faults."""
    path = tuple(error.absolute_path)
    advice = error.schema.get("description", "See the schema that the first line names.")
    name = _field(path)
    if error.validator == "additionalProperties":
        for key in sorted(set(map(str, error.instance)) - set(error.schema.get("properties", {}))):
            yield _unknown_field(document, path, key, list(error.schema.get("properties", {})))
        return
    if error.validator == "required":
        key = next((k for k in error.validator_value if error.message.startswith(f"'{k}'")), "?")
        inside = f" in {name}" if path else ""
        part = error.schema.get("properties", {}).get(key, {}).get("description", advice)
        yield Fault(document.file, document.line(*path), _entry(document, path), f"`{key}` is missing{inside}", part)
        return
    yield Fault(document.file, document.line(*path), _entry(document, path), _wrong(name, error), advice)


def _unknown_field(document: Document, path: Tuple[Any, ...], key: str, known: List[str]) -> Fault:
    near = difflib.get_close_matches(key, known, 1)
    advice = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(known)}."
    inside = f" in {_field(path)}" if path else ""
    return Fault(
        document.file, document.line(*path, key), _entry(document, path), f"`{key}` is not known{inside}", advice
    )


def _wrong(name: str, error: Any) -> str:
    value, rule, size = (
        error.instance,
        error.validator,
        len(error.instance) if hasattr(error.instance, "__len__") else 0,
    )
    if rule == "type":
        return f"{name} is {_kind(value)}"
    if rule in ("minLength", "maxLength"):
        return f"{name} has {size} characters" if size else f"{name} is empty"
    if rule in ("minItems", "maxItems", "minProperties"):
        return f"{name} has {size} entries"
    if rule == "uniqueItems":
        return f"{name} names the same thing twice"
    return f"{name} is {shown(value)}"


def _kind(value: Any) -> str:
    for type_, word in ((bool, "true or false"), (str, "a text"), (dict, "a mapping"), (list, "a list")):
        if isinstance(value, type_):
            return word
    if isinstance(value, date):
        return "a date without quotes"
    if isinstance(value, (int, float)):
        return f"the number {shown(value)}"
    return "empty" if value is None else "of another kind"


def _field(path: Tuple[Any, ...]) -> str:
    """`variants, 2, when` as staff count: from one."""
    if not path:
        return "the file"
    return "`" + " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in path) + "`"


def _entry(document: Document, path: Tuple[Any, ...]) -> str:
    """The entry's id; in a file of many, the one that the path leads to."""
    if document.name in ("phrases", "clinic") and path:
        return str(path[0])
    if document.name == "articles" and path and isinstance(document.data, list):
        item = document.data[path[0]]
        return str(item.get("id", document.name)) if isinstance(item, dict) else document.name
    return document.name
