"""Reads data/ for training, once. Named under `importers` in `config.yml`.

Rasa asks for the training data twice, and each time merges it four times with next to nothing: every merge copies every message to
its depth and hashes it twice, to find that it is no double. With 22,000 messages that was 9 of 56 s of training.
"""

from __future__ import annotations

import copy
from typing import Any, Dict, Optional, Text

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method


class Taught(Message):
    """A message of the training data, as it was read: cheap to copy, and to tell from others.

    Two of them are equal where Rasa's messages would be; only what cannot be equal is told apart without hashing all of it.
    """

    def __deepcopy__(self, memo: Dict[int, Any]) -> "Taught":
        data = {key: copy.deepcopy(value, memo) if isinstance(value, (list, dict)) else value for key, value in self.data.items()}
        return Taught(data, self.output_properties.copy(), self.time, copy.deepcopy(self.features, memo))

    def __hash__(self) -> int:
        return hash((self.get(TEXT), self.get(INTENT)))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Taught) and Message.__eq__(self, other)  # no other kind has this hash


class DataFiles(RasaFileImporter):
    """Rasa's own importer of files, with messages that are cheap to merge."""

    @cached_method
    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """All NLU files as one; read at the first call."""
        files = [loading.load_data(file, language) for file in self._nlu_files]
        for file in files:
            file.training_examples = [Taught(m.data, m.output_properties, m.time, m.features) for m in file.training_examples]
        return TrainingData().merge(*files)
