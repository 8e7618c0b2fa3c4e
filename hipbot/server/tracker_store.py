"""Tracker store: the whole transcript in SQL, a window of recent turns for Rasa.

Named in `endpoints.yml`. Rasa replays every event of a tracker on every turn, so that turn 300 costs
seven times what turn 5 costs. What the bot needs from long ago is in the slot `memory`, whose newest
value is always inside the window.
"""

from __future__ import annotations

import json
import logging
import typing
from collections import OrderedDict
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Type

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
import sqlalchemy
import sqlalchemy.event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from hipbot import project
from hipbot.apology import where_it_failed

logger = logging.getLogger(__name__)

IN_MEMORY = ":memory:"
WINDOW = 12  # events, some two turns: the rule looks back one
MOST_SPARE = 1_000  # conversations kept in memory against a failing database


Kept = typing.OrderedDict[Text, List[Event]]  # conversation -> events, oldest conversation first


class WindowedTrackerStore(SQLTrackerStore):
    """SQLTrackerStore that costs the same at turn 5 and at turn 300, and survives its database."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        db: Text = str(project.CONVERSATIONS),
        **kwargs: Any,
    ) -> None:
        """Args:
        db: SQLite file; a relative path counts from the project's folder. `IN_MEMORY` keeps nothing.
        """
        if db != IN_MEMORY:
            db = str(project.ROOT / db)
            Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, db=db, event_broker=event_broker, **kwargs)
        if db != IN_MEMORY:
            self._keep_connections()
        self.engine.hide_parameters = True  # or an SQL error would quote the patient in the log
        self._event_types: Dict[Text, Type[Event]] = {}
        self._spare: Kept = OrderedDict()  # what the database has not taken yet
        self._recent: Kept = OrderedDict()  # the last turns, for when it cannot be read

    def _keep_connections(self) -> None:
        """Rasa's engine opens the file anew for each query; closing the last one moves the write-ahead log: 3 ms a message."""
        self.engine.dispose()  # the connection that made the tables
        here = {"check_same_thread": False}  # SQLite's own locks suffice
        self.engine = sqlalchemy.create_engine(self.engine.url, poolclass=QueuePool, connect_args=here)
        sqlalchemy.event.listen(self.engine, "connect", _write_ahead)
        self.sessionmaker.configure(bind=self.engine)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The conversation's recent turns, None for a new one.

        Raises:
            SQLAlchemyError: if the database cannot be read and the talk is not in memory either: to go on
                as with a stranger would forget a red flag.
        """
        unsaved = self._spare.get(sender_id, [])
        try:
            events = self._from_turn_start(self._events(self._newest(sender_id)))
        except SQLAlchemyError as error:
            logger.error("Tracker store cannot be read: %s", where_it_failed(error))
            if sender_id not in self._recent and not unsaved:
                raise
            events = self._recent.get(sender_id, [])
        events = [*events, *unsaved]
        if not events:
            return None
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)
        tracker.stored_events = len(tracker.events) - len(unsaved)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the events of this turn; where the database fails, keep them in memory until it works."""
        await self.stream_events(tracker)
        events = list(tracker.events)
        new = events[getattr(tracker, "stored_events", 0) :]
        try:
            self._append(tracker.sender_id, new)
        except SQLAlchemyError as error:
            logger.error("Tracker store cannot be written: %s", where_it_failed(error))
            _keep(self._spare, tracker.sender_id, new)
            return
        self._spare.pop(tracker.sender_id, None)
        _keep(self._recent, tracker.sender_id, self._from_turn_start(events[-WINDOW:]))
        tracker.stored_events = len(tracker.events)

    async def delete(self, sender_id: Text) -> None:
        """Forget one conversation, in memory too.

        Raises:
            SQLAlchemyError: if the database does not let go of it.
        """
        self._delete_rows([sender_id])

    def delete_before(self, moment: float) -> int:
        """Forget conversations whose last event is older than that; how many there were.

        Args:
            moment: seconds since 1970.
        """
        stored = self.SQLEvent.__table__.c
        newest = sqlalchemy.func.max(stored.timestamp)
        old = sqlalchemy.select(stored.sender_id).group_by(stored.sender_id).having(newest < moment)
        with self.engine.connect() as connection:
            senders = list(connection.execute(old).scalars())
        in_memory = {**dict(self._recent), **dict(self._spare)}
        senders += [sender for sender, events in in_memory.items() if events and events[-1].timestamp < moment]
        self._delete_rows(list(dict.fromkeys(senders)))
        return len(senders)

    def _delete_rows(self, senders: List[Text]) -> None:
        table = self.SQLEvent.__table__
        for kept in (self._spare, self._recent):
            for sender in senders:
                kept.pop(sender, None)
        if not senders:
            return
        with self.engine.begin() as connection:
            for sender in senders:
                connection.execute(table.delete().where(table.c.sender_id == sender))
        with self.engine.connect() as connection:  # or the words would stand in the write-ahead log until it is full
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")

    def _events(self, rows: List[Text]) -> List[Event]:
        """Events of stored rows; one that cannot be read is passed over, not the whole conversation."""
        events = []
        for row in rows:
            try:
                events.append(self._event(json.loads(row)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                logger.error("Stored event passed over: %s", where_it_failed(error))
        return events

    def _newest(self, sender_id: Text) -> List[Text]:
        """The last events' JSON, oldest first."""
        stored = self.SQLEvent.__table__.c
        events = sqlalchemy.select(stored.data).where(stored.sender_id == sender_id).order_by(stored.id.desc())
        with self.engine.connect() as connection:
            rows = list(connection.execute(events.limit(WINDOW)).scalars())
            if len(rows) == WINDOW and not any('"event": "slot"' in row for row in rows):
                rows += connection.execute(events.where(stored.type_name == SlotSet.type_name).limit(1)).scalars()
        return rows[::-1]

    def _append(self, sender_id: Text, events: List[Event]) -> None:
        rows = [self._row(sender_id, event) for event in events]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(self.SQLEvent.__table__.insert(), rows)

    @staticmethod
    def _row(sender_id: Text, event: Event) -> Dict[Text, Any]:
        data = event.as_dict()
        return {
            "sender_id": sender_id,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp"),
            "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }

    def _event(self, data: Dict[Text, Any]) -> Event:
        """An event from its JSON. Rasa's own lookup walks all event classes for each event."""
        if not self._event_types:
            self._event_types = {kind.type_name: kind for kind in all_subclasses(Event)}
        return self._event_types[data["event"]]._from_parameters(data)

    @staticmethod
    def _from_turn_start(events: List[Event]) -> List[Event]:
        """Drop what is left of a turn whose beginning fell out of the window."""
        for index, event in enumerate(events):
            if isinstance(event, (UserUttered, SlotSet)) or _listens(event):
                return events[index:]
        return events


def _write_ahead(connection: Any, _record: Any) -> None:
    """SQLite: readers do not wait for the writer, and a turn does not wait for the disk."""
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    connection.execute("pragma secure_delete=on")  # what is deleted is overwritten, not only unlinked


def _listens(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _keep(kept: Kept, sender_id: Text, events: List[Event]) -> None:
    """Keep the events of one conversation; the oldest conversations make room."""
    kept[sender_id] = events
    kept.move_to_end(sender_id)
    while len(kept) > MOST_SPARE:
        kept.popitem(last=False)
