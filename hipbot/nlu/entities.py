"""Entities: exercise, sport, body part and clinic fact by taught phrases, duration by grammar.

Named in `config.yml`. The phrases are the `lookup` and `synonym` entries of `data/nlu.yml`, so staff
teach a new wording there. An exercise described without its name ("the one where you sit on a bench
and lean back") is found by the meaning of the description.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any, Dict, List, Optional, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from hipbot.language.duration import find_duration
from hipbot.language.minilm import MiniLM, shared_encoder
from hipbot.language.reader import Reader, Speller, plain

DESCRIPTION_WORDS = 5  # a taught phrase this long describes; a shorter one names
_DESCRIBES = re.compile(
    r"\b(?:one|exercise|stretch|move|thing|drill)\b(?P<place>(?: [\w']+){0,4}?) (?:where|with|when|that|in which|you)\b(?P<how>.*)",
    re.I | re.S,
)

Phrase = Tuple[Text, Text, Text]  # words, entity, value


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PhraseExtractor(EntityExtractorMixin, GraphComponent):
    """Adds entities with `start`, `end`, `value`, as Rasa's own extractors do."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "described_similarity": 0.6,  # cosine from which a description counts
        }

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._encoder: Optional[MiniLM] = None
        self._learn([])

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PhraseExtractor":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "PhraseExtractor":
        extractor = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            extractor._learn([tuple(p) for p in json.loads((folder / "phrases.json").read_text("utf-8"))])
        return extractor

    def train(self, training_data: TrainingData) -> Resource:
        phrases = taught_phrases(training_data)
        self._learn(phrases)
        with self._storage.write_to(self._resource) as folder:
            (folder / "phrases.json").write_text(json.dumps(phrases), "utf-8")
        return self._resource

    def _learn(self, phrases: List[Phrase]) -> None:
        reader = Reader(Speller([], set()))
        self._matcher = PhraseMatcher(reader.nlp.vocab, attr="NORM")
        self._meaning = {f"{entity}|{value}": (entity, value) for _, entity, value in phrases}
        for words, entity, value in phrases:
            self._matcher.add(f"{entity}|{value}", [reader.read(words)])
        self._descriptions = [p for p in phrases if p[1] == "exercise" and len(p[0].split()) >= DESCRIPTION_WORDS]
        self._vectors: Optional[np.ndarray] = None
        self._vocab = reader.nlp.vocab

    # reading -------------------------------------------------------------------------------------

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if doc is not None:
                found = self.find(message.get(TEXT), doc)
                message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages

    def find(self, text: Text, doc: Doc) -> List[Dict[Text, Any]]:
        """All entities of one message, in its order."""
        found = self._named(doc)
        if not any(entity["entity"] == "exercise" for entity in found):
            found += self._described(text)
        duration = find_duration(text, date.today())
        if duration.grade:
            place = re.search(re.escape(duration.words).replace(r"\ ", r"[\s-]+"), text, re.I)
            start, end = place.span() if place else (0, len(text))
            value = {"grade": duration.grade, "weeks": duration.weeks, "words": duration.words}
            found.append(self._entity("duration", value, start, end))
        return sorted(found, key=lambda entity: entity["start"])

    def _named(self, doc: Doc) -> List[Dict[Text, Any]]:
        """Longest taught phrase first, none inside another."""
        spans = sorted(
            ((start, end, self._vocab.strings[key]) for key, start, end in self._matches(doc)),
            key=lambda span: (span[0] - span[1], span[0]),
        )
        taken, found = set(), []
        for start, end, key in spans:
            if not taken & set(range(start, end)):
                taken |= set(range(start, end))
                last = doc[end - 1]
                found.append(self._entity(*self._meaning[key], doc[start].idx, last.idx + len(last)))
        return found

    def _matches(self, doc: Doc) -> List[Tuple[int, int, int]]:
        return self._matcher(doc)

    def _described(self, text: Text) -> List[Dict[Text, Any]]:
        description = _DESCRIBES.search(plain(text))
        if not description or not self._descriptions:
            return []
        if self._vectors is None:
            self._encoder = shared_encoder()
            self._vectors = self._encoder.encode([_gist(_DESCRIBES.search(words), words) for words, _, _ in self._descriptions])
        similarity = self._vectors @ self._encoder.encode([_gist(description, text)])[0]
        best = int(similarity.argmax())
        if similarity[best] < self._config["described_similarity"]:
            return []
        return [self._entity("exercise", self._descriptions[best][2], *description.span())]

    @staticmethod
    def _entity(entity: Text, value: Any, start: int, end: int) -> Dict[Text, Any]:
        return {"entity": entity, "value": value, "start": start, "end": end, "extractor": "PhraseExtractor"}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """`described_similarity` is the only setting."""


def _gist(description: "Optional[re.Match[Text]]", text: Text) -> Text:
    """What a description says, without its "the one where you": that would make all of them alike."""
    if not description:
        return text
    return f"{description['place']} {description['how']}".replace(" you ", " ").replace(" your ", " ").strip()


def taught_phrases(training_data: TrainingData) -> List[Phrase]:
    """Every `lookup` element, and every synonym of a value that a lookup holds."""
    synonyms = training_data.entity_synonyms  # {words: value}
    entity_of: Dict[Text, Text] = {}
    phrases: Dict[Text, Phrase] = {}
    for table in training_data.lookup_tables:
        for words in table["elements"]:
            value = synonyms.get(words, words)
            entity_of[value] = table["name"]
            phrases[words.lower()] = (words, table["name"], value)
    for words, value in synonyms.items():
        if value in entity_of:
            phrases[words.lower()] = (words, entity_of[value], value)
    return sorted(phrases.values())
