"""The sources that can be searched for adults around a child, each behind its own limits."""

from collections.abc import Iterable

import structlog

from hub.connectors.connector import AdultsConnector
from hub.connectors.envelopes import fetching, finding
from hub.connectors.guarded import GuardedSource
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId
from hub.domain.people import Attributes, Found
from hub.domain.permits import Permit
from hub.domain.searching import CannotSearch, Probe, SearchKey, Step, TooManyFound
from hub.domain.sources import Source
from hub.domain.subjects import Mac, fingerprint
from hub.errors import ConfigurationError

_log = structlog.get_logger("hub.connectors")
_TOLD = (SearchKey.GIVEN_NAME, SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE)


class AroundSources:
    """Searches partners for adults, and reads what they hold about one. Never asks where anybody lives."""

    def __init__(self, guarded: Iterable[GuardedSource], mac: Mac) -> None:
        """Raises ConfigurationError for a manifest that promises what its connector cannot do."""
        self._searched: dict[SourceId, tuple[GuardedSource, AdultsConnector]] = {}
        self._mac = mac
        for one in guarded:
            if not one.manifest.network_search:
                continue
            if not isinstance(one.connector, AdultsConnector):
                raise ConfigurationError(f"{one.source.id} cannot be searched for adults; take network_search out.")
            if not all(set(keys) <= set(_TOLD) for keys in one.manifest.network_search):
                raise ConfigurationError(f"{one.source.id}: network_search takes names and birth date alone.")
            self._searched[one.source.id] = one, one.connector
        self.all: tuple[Source, ...] = tuple(one.source for one, _ in self._searched.values())

    async def search(
        self, source: SourceId, named: Attributes, deadline: Deadline, permit: Permit
    ) -> tuple[Found, ...] | None:
        """Adults who fit these names and this birth date; None where it cannot tell. Raises SourceFailed.

        ``named`` has all three.
        """
        guarded, connector = self._searched[source]
        values = {key: value for key in _TOLD if (value := getattr(named, key))}
        keys = next(set(keys) for keys in guarded.manifest.network_search if set(keys) <= values.keys())
        probe = Probe(Step.EXACT, {key: value for key, value in values.items() if key in keys})
        try:
            asked = finding(guarded.source, permit)
            return await guarded.call(lambda: connector.find_adults(probe, deadline), deadline, asked)
        except (CannotSearch, TooManyFound):
            return None

    async def fetch(
        self,
        source: SourceId,
        found: Found,
        categories: frozenset[Category],
        deadline: Deadline,
        permit: Permit,
    ) -> Fetched:
        """What a source holds about an adult whom it found. Raises SourceFailed; somebody else is quarantined."""
        guarded, connector = self._searched[source]
        fetched = await guarded.call(
            lambda: connector.fetch_adult(found.local_id, categories, deadline, permit.asker),
            deadline,
            fetching(categories, permit),
        )
        if fetched is None:
            raise SourceFailed(AnswerState.BAD_DATA, "no longer has a record that it had just found")
        closed = fetched.attributes == Attributes() and bool(fetched.withheld)
        same = fingerprint(fetched.attributes, self._mac) == fingerprint(found.attributes, self._mac)
        if fetched.local_id != found.local_id or not (same or closed):
            _log.critical("wrong_person_quarantined", source=source)
            raise SourceFailed(AnswerState.BAD_DATA, "sent a record about somebody other than the hub asked for")
        return fetched
