"""A plan lived by a hub of its own, and what its log then tells: all that the rules look at."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import msgspec

from hub.db.upgrade import upgrade
from hub.demo.year.days import at
from hub.demo.year.living import Lived, Progress, clock_of, live
from hub.demo.year.partners import Partners, declare
from hub.demo.year.plan import Plan
from hub.demo.year.town import Town
from hub.errors import ConfigurationError
from hub.keys import FileKeys
from hub.opening import services_of
from hub.review.finding import Ground
from hub.review.told import Told
from hub.reviewing.grounds import ground, told_since
from hub.settings import LimitSettings, Settings

_PATIENT = LimitSettings(question_seconds=600, evidence_seconds=600)  # no outcome may depend on how busy a machine is
_WHOLE_LOG = timedelta(days=400)


class Reviewed(msgspec.Struct, frozen=True):
    """What a plan came to."""

    plan: Plan
    lived: Lived
    told: Told
    ground: Ground


class _Kept(msgspec.Struct, frozen=True):
    """A plan that was lived in a folder before."""

    digest: str
    lived: Lived


async def lived(plan: Plan, town: Town, folder: Path, progress: Progress = lambda _done, _of: None) -> Reviewed:
    """Live a plan in a folder; where that was done before, read its log alone.

    Raises ConfigurationError where another plan was lived there.
    """
    settings, kept = _settings(folder), _kept(plan, folder)
    await asyncio.to_thread(upgrade, settings.store)
    clock = clock_of(plan)
    if kept is not None:
        clock.at = at(plan.until, 0)
    async with services_of(settings, now=clock, reach=Partners(town)) as services:
        came = kept or await live(plan, services, clock, progress)
        told = await told_since(clock.at - _WHOLE_LOG, services)
        reviewed = Reviewed(plan, came, told, await ground(told, services))
    (folder / "lived.json").write_bytes(msgspec.json.encode(_Kept(_digest(plan), came)))
    return reviewed


def _kept(plan: Plan, folder: Path) -> Lived | None:
    file = folder / "lived.json"
    if not file.exists():
        return None
    kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
    if kept.digest != _digest(plan):
        raise ConfigurationError("Another plan was lived in this folder. Name an empty one.")
    return kept.lived


def _digest(plan: Plan) -> str:
    return hashlib.sha256(msgspec.json.encode(plan, order="deterministic")).hexdigest()


def _settings(folder: Path) -> Settings:
    """Settings of a hub whose partners are those of the year."""
    (folder / "secrets").mkdir(parents=True, exist_ok=True)
    if not (folder / "keys.json").exists():
        FileKeys.create(folder / "keys.json")
    manifests, agreements = declare(folder)
    return Settings(
        store=f"sqlite+aiosqlite:///{folder / 'hub.db'}",
        audit=f"sqlite:///{folder / 'audit.db'}",
        keys=folder / "keys.json",
        secrets=folder / "secrets",
        issuers=(),
        manifests=manifests,
        agreements=agreements,
        limits=_PATIENT,
    )
