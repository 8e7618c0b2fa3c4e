"""Groups missed messages by likeness, most frequent first, each with the topic that would most likely take it.

Called by `hipbot missed`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import AbstractSet, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from hipbot.missed.store import Missed

ALIKE = (
    0.65  # mean cosine distance within a group: five topics' untaught questions make 49 groups, 87 % pure (0.75: 75 %)
)
MOST_GROUPED = 2_000  # newest messages looked at: all pairs are compared
LIKELY = 0.15  # mean confidence under which no topic is proposed

Encode = Callable[[Sequence[str]], np.ndarray]  # texts -> unit vectors, one row each


@dataclass(frozen=True)
class Group:
    """Messages that ask the same.

    Attributes:
        messages: how often, in all.
        texts: the different wordings, most frequent first.
        why: reason -> how often.
        topic: where they would most likely belong; None where nothing fits.
        example: the wording to teach: the one nearest to the others among those with nothing taken out.
    """

    messages: int
    texts: Tuple[str, ...]
    why: Dict[str, int]
    topic: Optional[str]
    example: Optional[str]


def grouped(missed: Sequence[Missed], encode: Encode, known_topics: AbstractSet[str]) -> List[Group]:
    """The groups, most frequent first.

    Args:
        known_topics: topics that a message can be taught to.
    """
    missed = list(missed)[:MOST_GROUPED]
    texts = list(dict.fromkeys(m.text for m in missed))
    if not texts:
        return []
    vectors = encode(texts)
    number = _numbers(vectors)
    members: Dict[int, List[int]] = defaultdict(list)
    for index, group in enumerate(number):
        members[group].append(index)
    by_text: Dict[str, List[Missed]] = defaultdict(list)
    for message in missed:
        by_text[message.text].append(message)
    groups = [
        _group([texts[i] for i in indices], vectors[indices], by_text, known_topics) for indices in members.values()
    ]
    return sorted(groups, key=lambda group: -group.messages)


def _numbers(vectors: np.ndarray) -> List[int]:
    """A group's number for each vector."""
    if len(vectors) == 1:
        return [1]
    return [int(n) for n in fcluster(linkage(vectors, "average", "cosine"), ALIKE, "distance")]


def _group(texts: List[str], vectors: np.ndarray, by_text: Dict[str, List[Missed]], known: AbstractSet[str]) -> Group:
    messages = [message for text in texts for message in by_text[text]]
    nearest = np.argsort(-(vectors @ vectors.mean(axis=0)))
    whole = [texts[i] for i in nearest if "[" not in texts[i]]
    return Group(
        messages=len(messages),
        texts=tuple(sorted(texts, key=lambda text: -len(by_text[text]))),
        why=dict(Counter(message.why for message in messages).most_common()),
        topic=_likeliest(messages, known),
        example=whole[0] if whole else None,
    )


def _likeliest(messages: Sequence[Missed], known: AbstractSet[str]) -> Optional[str]:
    sums: Dict[str, float] = defaultdict(float)
    for message in messages:
        for topic, confidence in message.topics:
            if topic in known:
                sums[topic] += confidence
    best = max(sums, key=lambda topic: sums[topic], default=None)
    return best if best and sums[best] >= LIKELY * len(messages) else None
