"""The importer of config.yml: the same training data as Rasa's own, read once, cheap to merge."""

from __future__ import annotations

import copy

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hipbot import project
from hipbot.nlu.importer import DataFiles, Taught

NLU = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
    - hello
- intent: faq/how_often
  examples: |
    - how often the [lean back](exercise)
- synonym: lean_back
  examples: |
    - lean back
- lookup: sport
  examples: |
    - golf
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "nlu.yml").write_text(NLU, "utf-8")
    (tmp_path / "more.yml").write_text('version: "3.1"\nnlu:\n- intent: thanks\n  examples: |\n    - ta\n    - hello\n', "utf-8")
    return tmp_path


def test_the_data_is_that_of_rasas_own_importer(folder):
    """Message for message, doubles dropped, with synonyms and lookups."""
    ours, rasas = (importer(training_data_paths=str(folder)).get_nlu_data() for importer in (DataFiles, RasaFileImporter))
    assert ours.fingerprint() == rasas.fingerprint()
    assert [m.data for m in ours.training_examples] == [m.data for m in rasas.training_examples]
    assert (ours.entity_synonyms, ours.lookup_tables) == (rasas.entity_synonyms, rasas.lookup_tables)


def test_files_are_read_once(folder, monkeypatch):
    """Rasa asks again for the domain's sake."""
    importer = DataFiles(training_data_paths=str(folder))
    first = importer.get_nlu_data()
    for file in folder.iterdir():
        file.unlink()
    assert importer.get_nlu_data() is first


def test_rasa_finds_it_in_the_settings():
    """`rasa train`, `rasa test` and `rasa data validate` read data/ through it too."""
    importer = TrainingDataImporter.load_from_config(str(project.ROOT / "config.yml"), training_data_paths=[])
    found = []
    while importer is not None:
        found.append(type(importer))
        inner = getattr(importer, "importer", None) or getattr(importer, "_importer", None)
        importer = inner or next(iter(getattr(importer, "_importers", [])), None)
    assert DataFiles in found


def test_a_copy_is_a_message_of_its_own():
    """What is changed in one does not change in the other; entities neither."""
    message = Taught({"text": "the lean back", "intent": "greet", "entities": [{"value": "lean_back"}]})
    other = copy.deepcopy(message)
    assert other == message and hash(other) == hash(message)
    other.get("entities")[0]["value"] = "couch"
    other.set("intent", "thanks")
    assert (message.get("intent"), message.get("entities")[0]["value"]) == ("greet", "lean_back")
    assert other != message


def test_messages_that_differ_in_anything_are_two():
    """The hash looks at text and intent only; equality at all of it, as Rasa's does."""
    one, two = (Taught({"text": "hello", "intent": "greet", "entities": entities}) for entities in ([], [{"value": "x"}]))
    assert hash(one) == hash(two) and one != two
    assert one == copy.deepcopy(one) and one != Message({"text": "hello", "intent": "greet", "entities": []})
    assert len(TrainingData([one, two, copy.deepcopy(one)]).training_examples) == 2
