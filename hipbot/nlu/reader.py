"""Rasa tokenizer: `hipbot.language.reader` as the first component of the pipeline in `config.yml`."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Dict, List, Mapping, Text

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hipbot import project
from hipbot.language.reader import Reader, Speller, english_words, plain
from hipbot.nlu.parts import MENDED, split

WORDS = "words.json"
FEWEST_MESSAGES = 2  # a word of one message only may be a typo itself
PHRASE_COUNTS = 10  # messages that a word of a taught phrase counts for


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class SpacyReader(Tokenizer):
    """Tokenizes with spaCy and leaves the document on the message for whoever matches words."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "tokens_in_training": False}

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, words: Mapping[Text, int]
    ) -> None:
        super().__init__({**self.get_default_config(), **config})
        self._storage, self._resource = storage, resource
        self._learn(words)

    def _learn(self, words: Mapping[Text, int]) -> None:
        english = english_words(project.ENCODER_FOLDER / "tokenizer.json")
        self._reader = Reader(Speller(words, english))

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpacyReader":
        return cls(config, model_storage, resource, {})

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SpacyReader":
        with model_storage.read_from(resource) as folder:
            words = json.loads((folder / WORDS).read_text("utf-8"))
        return cls(config, model_storage, resource, words)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words that patients use, so that slips can be mended to them."""
        words = patients_words(training_data)
        self._learn(words)
        with self._storage.write_to(self._resource) as folder:
            (folder / WORDS).write_text(json.dumps(words), "utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Mended texts only, unless another component wants tokens: Rasa hashes all it is given."""
        if self._config["tokens_in_training"]:
            return super().process_training_data(training_data)
        for example in training_data.training_examples:
            text = example.get(TEXT)
            if text:
                example.set(MENDED, self._reader.mended(self._reader.read(text), text))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in super().process(messages):
            if message.get(TEXT):
                split(message)
        return messages

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        text = message.get(attribute)
        doc = self._reader.read(text)
        message.set(SPACY_DOCS[attribute], doc)
        message.set(MENDED, self._reader.mended(doc, text))
        return [Token(token.text, token.idx) for token in doc if not token.is_space]


def patients_words(training_data: TrainingData) -> Dict[Text, int]:
    """Words with the number of messages that have them; words of taught phrases count as frequent."""
    counts = Counter(
        word
        for example in training_data.intent_examples
        for word in set(plain(example.get(TEXT, "")).lower().split())
    )
    tables = [element for table in training_data.lookup_tables for element in table["elements"]]
    for phrase in [*training_data.entity_synonyms, *tables]:
        counts.update({word: PHRASE_COUNTS for word in plain(phrase).lower().split()})
    return {word: count for word, count in sorted(counts.items()) if count >= FEWEST_MESSAGES and word.isalpha()}
