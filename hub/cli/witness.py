"""``hub witness``: a witness of hubs' audit logs, run by somebody who runs no hub."""

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from hub.errors import BadInput, Conflict
from hub.logs import configure_logs
from hub.witness.folder import WitnessStatus, make_witness, open_witness, status_of, trust
from hub.witness.server import WitnessServer
from hub.witness.serving import Door, create_witness_app

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CANNOT_REMEMBER = 74  # the exit code: EX_IOERR of sysexits.h

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object.")]
FolderArgument = Annotated[Path, typer.Argument(help="The witness's own folder.")]

app = typer.Typer(help="A witness: cosigns audit logs of hubs that others run.", no_args_is_help=True)


@app.command("init")
def init(
    folder: FolderArgument,
    name: Annotated[str, typer.Option("--name", help="Who witnesses, for example audit.derwent.example/witness.")],
    as_json: JsonOption = False,
) -> None:
    """Make a witness: its folder, and a key that never leaves it. Prints the key that hubs name in their settings."""
    vkey = make_witness(folder, name)
    typer.echo(msgspec.json.encode({"name": name, "vkey": vkey}) if as_json else vkey)


@app.command("trust")
def trust_log(
    folder: FolderArgument,
    origin: Annotated[str, typer.Argument(help="The log's origin: the first line of its checkpoints.")],
    keys: Annotated[list[str], typer.Argument(help="The log's verifier keys, as its administrator handed them over.")],
    as_json: JsonOption = False,
) -> None:
    """Follow a log, signed by these keys and no others. A running witness takes it at once."""
    trust(folder, origin, keys)
    for name in sorted({key.partition("+")[0] for key in keys} - {origin}):  # C2SP says only that it should be the same
        typer.echo(
            f"Look again: a key bears the name {name}, and the log's is {origin}. Unless its administrator says that "
            "this is meant so, run this again with the right key.",
            err=True,
        )
    typer.echo(msgspec.json.encode({"origin": origin, "keys": keys}) if as_json else f"This witness follows {origin}.")


@app.command("run")
def run(
    folder: FolderArgument,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where it listens; 0 for any free port.")],
    host: Annotated[str, typer.Option("--host", help="Its address; other than loopback only with TLS.")] = "127.0.0.1",
    certificate: Annotated[Path | None, typer.Option("--certificate", help="TLS: the certificate, PEM.")] = None,
    private_key: Annotated[Path | None, typer.Option("--private-key", help="TLS: its key, PEM.")] = None,
) -> None:
    """Serve until told to stop."""
    if (certificate is None) != (private_key is None):
        raise BadInput("--certificate and --private-key are given together.")
    if host not in LOOPBACK and certificate is None:
        raise BadInput("Beyond this machine a witness speaks TLS: give --certificate and --private-key.")
    _require_tls(certificate, private_key)
    witness, memory = open_witness(folder)
    failed = threading.Event()
    with memory.alone(), _listening(host, port) as listening:
        scheme = "http" if certificate is None else "https"
        typer.echo(f"ready at {scheme}://{host}:{listening.getsockname()[1]}")
        configure_logs()
        door = create_witness_app(Door(witness, failed.set))
        server = WitnessServer(door, failed.is_set, certificate, private_key)
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listening])
    if failed.is_set():
        raise typer.Exit(_CANNOT_REMEMBER)


def _require_tls(certificate: Path | None, private_key: Path | None) -> None:
    """Refuse, before anybody is told that it serves, what it cannot speak TLS with. Raises OSError, BadInput."""
    if certificate is None or private_key is None:
        return
    for file in (certificate, private_key):
        file.open("rb").close()  # the context's own refusal does not say which file it is about
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, private_key)
    except ssl.SSLError as fault:
        raise BadInput(
            f"{certificate} and {private_key} are no certificate and its key, both as PEM.", ("tls-files",)
        ) from fault


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as fault:
        raise Conflict(f"Nothing can listen on port {port} of {host} ({fault.strerror}). Choose another.") from fault


@app.command("status")
def status(
    folder: FolderArgument,
    as_json: JsonOption = False,
) -> None:
    """Say which logs it follows, the newest checkpoint of each and when it was cosigned, and what was refused."""
    told = status_of(folder)
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    _show(told, Console())


def _show(told: WitnessStatus, console: Console) -> None:
    console.print(f"Witness {told.name}\nKey     {told.key}", highlight=False, soft_wrap=True)
    if not told.logs:
        console.print("It follows no log yet: hub witness trust", highlight=False)
    for log in told.logs:
        what = f"size {log.size}, root {log.root}, cosigned {log.cosigned}" if log.root else "nothing cosigned yet"
        console.print(f"{log.origin}: {what}", highlight=False, soft_wrap=True)
        for one in log.refused:
            when = datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds")
            console.print(f"{when} {log.origin}: {one.why}", style="red", highlight=False, soft_wrap=True)
