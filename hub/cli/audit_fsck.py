"""``hub audit fsck``: work everything out again that the log stores, and name what does not fit."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from hub.audit.checking.check import Known, check_log
from hub.audit.checking.cosigned import Elsewhere, kept_elsewhere
from hub.audit.checking.findings import Checked
from hub.audit.leaves import sqlite_path
from hub.audit.notes import Kind, NoteBroken, VerifierKey, parse_verifier_key
from hub.db.archive import ArchiveStore
from hub.db.store import open_store
from hub.errors import BadInput, HubError, Unavailable
from hub.keys import FileKeys
from hub.policy.archive import ArchiveChecked, PolicyArchive
from hub.settings import Settings, read_settings

BAD, UNUSABLE = 1, 2  # exit codes: the log does not hold; nothing could be checked

SettingsOption = Annotated[
    Path | None, typer.Option("--settings", "--config", help="The hub's settings file: names log, keys and witnesses.")
]
AuditOption = Annotated[str | None, typer.Option("--audit", help="The log itself: sqlite:///FILE or postgresql://...")]
KeysOption = Annotated[Path | None, typer.Option("--keys", help="The hub's key file. Without it hashes alone.")]
KeyOption = Annotated[
    list[str] | None, typer.Option("--key", help="Without a key file: the log's verifier keys, the oldest first.")
]
WitnessOption = Annotated[list[str] | None, typer.Option("--witness", help="A witness's verifier key.")]
WitnessedOption = Annotated[
    list[Path] | None, typer.Option("--witnessed", help="A cosigned checkpoint that was kept outside of the hub.")
]


def fsck(
    settings: SettingsOption = None,
    audit: AuditOption = None,
    keys: KeysOption = None,
    key: KeyOption = None,
    witness: WitnessOption = None,
    witnessed: WitnessedOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Work out the whole log again: every content, hash, column, name, checkpoint and signature.

    Exits with 0 where all of it holds, 1 where something does not, 2 where nothing could be checked.
    The hub may go on meanwhile.
    """
    try:
        url, known = _known(settings, audit, keys, key or [], witness or [])
        checked = _run(url, known._replace(elsewhere=_kept(witnessed or [])))
        archive = None if settings is None else _archive(read_settings(settings), keys, checked)
    except HubError as refusal:
        Console(stderr=True).print(refusal.message, style="red", highlight=False, markup=False)
        raise typer.Exit(UNUSABLE) from None
    if as_json:
        told = {"first_bad": checked.first_bad, **msgspec.structs.asdict(checked), "archive": archive}
        typer.echo(msgspec.json.encode(told))
    else:
        _show(checked, archive, Console())
    raise typer.Exit(BAD if checked.found or _wrong(archive) else 0)


def _known(
    settings: Path | None, audit: str | None, keys: Path | None, key: list[str], witness: list[str]
) -> tuple[str, Known]:
    """Where the log is, and what is known of it beforehand. Raises BadInput, ConfigurationError."""
    if (settings is None) == (audit is None):
        raise BadInput("Name the settings file with --settings, or the log itself with --audit.", ("audit-place",))
    witnesses = [_parsed(one, Kind.WITNESS) for one in witness]
    if settings is not None:
        told = read_settings(settings)
        witnesses += [_parsed(one.vkey, Kind.WITNESS) for one in told.witnessing.witnesses]
        audit, keys = told.audit, keys or told.keys
    held = FileKeys.read(keys) if keys is not None else None
    log_keys = tuple(_parsed(one, Kind.LOG).public for one in key)
    return audit or "", Known(keys=held, log_keys=log_keys, witnesses=tuple(witnesses))


def _parsed(text: str, kind: Kind) -> VerifierKey:
    try:
        found = parse_verifier_key(text)
    except NoteBroken as broken:
        raise BadInput(f"A verifier key cannot be used: {broken}.", ("verifier-key",)) from None
    if found.kind is not kind:
        raise BadInput("--key takes the log's verifier keys, --witness those of witnesses.", ("verifier-key",))
    return found


def _kept(paths: list[Path]) -> tuple[Elsewhere, ...]:
    try:
        return tuple(kept_elsewhere(path.read_text()) for path in paths)
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput("A file named with --witnessed cannot be read.", ("witnessed-note",)) from fault


def _run(url: str, known: Known) -> Checked:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Checking entries", total=None, rate="")

        def tell(done: int, entries: int) -> None:
            speed = progress.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            progress.update(task, completed=done, total=entries, rate=rate)

        return check_log(url, known, tell)


def _archive(settings: Settings, keys: Path | None, checked: Checked) -> ArchiveChecked | None:
    """The documents that decisions rest on, after the log that names them; None where the store cannot be read."""
    if settings.store.startswith("sqlite") and not Path(sqlite_path(settings.store)).exists():
        return None  # opening it would make it

    async def look() -> ArchiveChecked | None:
        store = open_store(settings.store)
        try:
            return await PolicyArchive(ArchiveStore(store, FileKeys.read(keys or settings.keys))).check(
                checked.rests_on
            )
        except Unavailable:
            return None
        finally:
            await store.close()

    return asyncio.run(look())


def _wrong(archive: ArchiveChecked | None) -> int:
    return 0 if archive is None else len(archive.altered) + len(archive.missing)


def _of_the_archive(archive: ArchiveChecked | None, checked: Checked) -> Iterator[str]:
    """What the archive came to, line by line."""
    if archive is None:
        yield "Not checked: the archive of what decided, for want of the store that --settings names."
        return
    yield f"Archive      {archive.documents:,} documents, {_wrong(archive) or 'none'} altered or missing"
    for what, digests in (("is not what it was", archive.altered), ("is missing", archive.missing)):
        for one in digests:
            named = checked.rests_on.get(one)
            yield f"  Document {one} {what}" + (
                "" if named is None else f"; entry {named} rests on it, the first of all"
            )


def _show(checked: Checked, archive: ArchiveChecked | None, console: Console) -> None:
    def say(text: str, style: str = "") -> None:
        console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)

    say(f"Log          {checked.origin or 'without a name'}")
    say(f"Entries      {checked.entries:,}, of {checked.destroyed:,} the content was destroyed on purpose")
    say(f"Checkpoints  {checked.checkpoints:,}; cosignatures {checked.cosignatures:,}")
    say(f"Root         {checked.root}")
    if checked.unfinished:
        first = ", ".join(map(str, checked.unfinished[:10]))
        say(f"Questions without an outcome yet, or recorded and not delivered: entries {first}")
    for gap in checked.gaps:
        say(f"The log goes on as {gap.origin} since entry {gap.since}, by this record:\n{gap.record}")
    for words in checked.left:
        say(f"Not checked: {words}")
    for line in _of_the_archive(archive, checked):
        say(line)
    for line, style in _in_the_end(checked, archive):
        say(line, style)


def _in_the_end(checked: Checked, archive: ArchiveChecked | None) -> Iterator[tuple[str, str]]:
    """What it all came to: each line, and how it looks."""
    if not checked.found and _wrong(archive):
        yield "\nThe log holds. The archive of what decided does not.", "bold red"
    elif not checked.found:
        yield "All that was checked holds." if checked.left or archive is None else "All of it holds.", "green"
    else:
        yield f"\nThe first bad entry is {checked.first_bad}. {checked.findings[0].what}", "bold red"
        yield from ((f"  {one.index}: {one.what}", "red") for one in checked.findings[1:])
    if checked.found > len(checked.findings):
        yield f"  and {checked.found - len(checked.findings)} more", "red"
