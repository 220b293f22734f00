"""What the sql connector makes of a database that is down, hangs, is slow, talks noise or mixes up children."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ssd_partner import PASSWORD, SocialCare, ended, link, soon

from hub.connectors.sql import Sql
from hub.demo.behaviour import SLOW_SECONDS
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.identifiers import NhsNumber
from tests.fixtures.probing import probe

MAIN = probe(nhs_number=NhsNumber("9991000003"))
EVERYTHING = frozenset(Category)


async def failure(connector: Sql) -> SourceFailed:
    with pytest.raises(SourceFailed) as failed:
        await connector.fetch(link("700001"), EVERYTHING, soon())
    assert failed.value.__context__ is None, "no driver's words travel with a failure"
    return failed.value


POOLED = pytest.mark.parametrize("pooled", ["pooled", ""], ids=["an open connection", "a new connection"])


@POOLED
@pytest.mark.parametrize(
    ("word", "failure_is"),
    [("down", (AnswerState.UNAVAILABLE, True)), ("garbage", (AnswerState.BAD_DATA, False))],
)
async def test_a_failing_partner_gives_its_typed_state(
    social_care: SocialCare, connector: Sql, pooled: str, word: str, failure_is: tuple[AnswerState, bool]
) -> None:
    if pooled:
        await connector.find(MAIN, soon())
    social_care.behave(word)
    failed = await failure(connector)
    assert (failed.state, failed.retry) == failure_is
    social_care.behave("ok")
    assert await connector.find(MAIN, soon()), "the next question after it recovered is answered"


async def test_a_partner_that_nobody_listens_for_is_unavailable(tmp_path: Path) -> None:
    with SocialCare(tmp_path / "gone") as gone:
        connector = gone.connector()
    assert (await failure(connector)).state is AnswerState.UNAVAILABLE
    await connector.close()


@POOLED
async def test_a_hanging_partner_is_let_go_at_the_deadline(
    social_care: SocialCare, connector: Sql, pooled: str
) -> None:
    if pooled:
        await connector.find(MAIN, soon())
    social_care.behave("hang")
    tasks = asyncio.all_tasks()
    with pytest.raises(TimeoutError):  # it hangs for ever: what ends it is the deadline
        async with asyncio.timeout(0.3):
            await connector.fetch(link("700001"), EVERYTHING, soon())
    assert asyncio.all_tasks() == tasks
    social_care.behave("ok")
    assert await connector.find(MAIN, soon())


async def test_a_slow_partner_answers_late(social_care: SocialCare, connector: Sql) -> None:
    await connector.find(MAIN, soon())
    social_care.behave("slow")
    began = time.perf_counter()
    assert await connector.find(MAIN, soon())
    assert time.perf_counter() - began >= SLOW_SECONDS


async def test_another_childs_rows_come_under_the_identifier_that_was_asked_for(
    social_care: SocialCare, connector: Sql
) -> None:
    (found,) = await connector.find(MAIN, soon())
    social_care.behave("wrong-child")
    fetched = await connector.fetch(link(found.local_id), EVERYTHING, soon())
    assert fetched is not None
    assert fetched.local_id == found.local_id
    assert fetched.attributes != found.attributes
    assert fetched.attributes.given_name != found.attributes.given_name
    (again,) = await connector.find(MAIN, soon())
    assert again == found, "the find still tells the truth, so that only the fetch can be caught"


async def test_postgresql_ends_with_the_partner_even_when_it_is_killed(tmp_path: Path) -> None:
    with SocialCare(tmp_path / "killed") as partner:
        postmaster = partner.postmaster
        partner.process.kill()
        partner.process.wait()
        assert await ended(postmaster)


async def test_the_partner_and_postgresql_end_with_the_parent(tmp_path: Path) -> None:
    with orphan_maker(tmp_path / "orphan") as parent:
        postmaster = int((tmp_path / "orphan/social-care/data/postmaster.pid").read_text().splitlines()[0])
        parent.kill()
        assert await ended(postmaster)


@contextmanager
def orphan_maker(state: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that starts the partner and waits."""
    (state / "secrets").mkdir(parents=True)
    (state / "secrets" / "social-care").write_text(PASSWORD)
    command = [sys.executable, "-m", "hub.demo.partners.social_care", "--port", "0", "--state", str(state)]
    inner = f"import subprocess; subprocess.run({command!r})"
    parent = subprocess.Popen([sys.executable, "-c", inner], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    yield parent
    parent.wait()
    parent.stdout.close()
