"""``hub audit export``: the log as FHIR AuditEvents, OCSF or CSV, into a file that can be gone on with."""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hub.audit_exports.formats import Format, format_named
from hub.cli.client import Caller, Refused
from hub.cli.export_about import About, about_begun, begin
from hub.cli.listing import counted
from hub.cli.moments import FromOption, ToOption, moment
from hub.cli.running import DEFAULT_STATE, StateOption, TokenFileOption, UrlOption, caller
from hub.domain.answers import SourceFailed
from hub.errors import BadInput, Unavailable
from hub.outbound import PartnerHttp, Streamed

PATH, LOG = "/audit/export", "Audit-Export-Log"
_NO_LIMIT = 0  # of a reply that is read a chunk at a time
_MOST_REFUSAL = 64 * 1024
_TAIL = 1 << 20  # bytes: the longest line, many times over

FormatOption = Annotated[str, typer.Option("--format", help="fhir, ocsf or csv.")]
AfterOption = Annotated[
    int | None, typer.Option("--after", min=0, help="Go on after this entry. With --out, read from the file itself.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="The file to write, or to go on with after its last whole line.")
]
WhoOption = Annotated[str, typer.Option("--as", help="A role that may export the log.")]


def export(
    form: FormatOption,
    role: WhoOption = "auditor",
    after: AfterOption = None,
    since: FromOption = None,
    until: ToOption = None,
    out: OutOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say how much was written as JSON.")] = False,
) -> None:
    """Write the log in another format. It is recorded who took which range out, and when."""
    kind, period = format_named(form), {"from": moment(since), "to": moment(until)}
    asking = caller(role, state, url, token_file)
    if out is None:
        _say(_fetch(asking, kind, period, after, sys.stdout.buffer, lambda _: None), None, as_json=as_json)
        return
    if after is not None:
        raise BadInput("Leave --after out with --out: the file itself says where to go on.", ("export-after",))
    asked = About(kind.name, period["from"], period["to"])
    begun = about_begun(out, asked)
    with out.open("r+b" if out.exists() else "w+b") as file:
        written = _fetch(asking, kind, period, resume_after(file, kind), file, partial(begin, out, asked, begun))
    _say(written, out, as_json=as_json)


def resume_after(file: BinaryIO, kind: Format) -> int | None:
    """Cut off what is no whole line at the file's end; the index of the last entry in it, None where there is none.

    Raises BadInput for a file of something else.
    """
    size = file.seek(0, 2)
    tail = file.seek(max(0, size - _TAIL))
    read = file.read()
    whole = read[: read.rfind(b"\n") + 1]
    if not whole and tail:
        raise _another_file(kind)
    lines = whole.splitlines(keepends=True)
    last = lines[-1] if lines else b""
    file.truncate(tail + len(whole))
    file.seek(0, 2)
    if not last or (last == kind.head and tail + len(whole) == len(last)):
        file.truncate(0)  # the stream begins with its head
        file.seek(0)
        return None
    try:
        return kind.index_of(last)
    except ValueError:
        raise _another_file(kind) from None


def _another_file(kind: Format) -> BadInput:
    return BadInput(f"This file is no export in the format {kind.name}. Name another with --out.", ("export-file",))


def _fetch(
    asking: Caller,
    kind: Format,
    period: dict[str, str | None],
    after: int | None,
    into: BinaryIO,
    begin: Callable[[str], None],
) -> int:
    """How many entries were written."""
    told = {"format": kind.name, "after": None if after is None else str(after), **period}
    params = {name: value for name, value in told.items() if value is not None}
    console = Console(stderr=True)
    columns = SpinnerColumn(), TextColumn("{task.fields[lines]} entries"), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("export", total=None, lines=0)
        lines = asyncio.run(_written(asking, params, into, begin, lambda count: progress.update(task, lines=count)))
    heads = 1 if kind.head and after is None else 0
    return max(0, lines - heads)


def _say(written: int, out: Path | None, *, as_json: bool) -> None:
    """Beside the file on standard output; beside an export that goes there itself, on standard error."""
    if as_json:
        typer.echo(msgspec.json.encode({"written": written, "file": out and str(out)}).decode(), err=out is None)
        return
    typer.echo(f"{counted(written, 'entry', 'entries')} written, and all there were when it began.", err=True)


async def _written(
    asking: Caller,
    params: dict[str, str],
    into: BinaryIO,
    begin: Callable[[str], None],
    tell: Callable[[int], None],
) -> int:
    """Lines that were written. ``begin`` is told the name of the log before the first, and may refuse it."""
    lines = 0
    http = PartnerHttp(asking.url, max_bytes=_NO_LIMIT)
    try:
        async with http.streamed(PATH, params=params, headers={"Authorization": f"Bearer {asking.token}"}) as reply:
            if reply.status != 200:
                raise await _refusal(reply)
            begin(reply.headers.get(LOG, ""))
            async for chunk in reply.chunks:
                into.write(chunk)
                lines += chunk.count(b"\n")
                tell(lines)
    except SourceFailed as failure:
        raise Unavailable(
            f"The hub {failure.happened} after {lines} lines. Run the same command again: it goes on from there."
        ) from failure
    finally:
        into.flush()
        await http.close()
    return lines


async def _refusal(reply: Streamed) -> Refused:
    body = b""
    async for chunk in reply.chunks:
        body += chunk[: _MOST_REFUSAL - len(body)]
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        told = {}
    return Refused(
        str(told.get("code", "INTERNAL")),
        str(told.get("title", "The hub refused.")),
        tuple(map(str, told.get("reasons", ()))),
        str(told.get("reference", "none")),
    )
