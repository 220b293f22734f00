"""``hub agent``: a partner's own side of a source that cannot be called."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from hub.agent.agent import Agent, HandedOver
from hub.agent.envelopes import EnvelopeCheck
from hub.agent.evidence import EvidenceFile
from hub.agent.hub_side import HubSide
from hub.authentication.proofs import read_private_key
from hub.connectors.breaker import RetryBudget
from hub.connectors.credentials import Credentials
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Manifest
from hub.connectors.manifests import read_manifest
from hub.domain.codes import PurposeCode
from hub.errors import BadInput, ConfigurationError
from hub.keys.private_files import read_private
from hub.logs import configure_logs
from hub.opening import connector_of

MOST_AT_ONCE = 64

app = typer.Typer(help="Serve a system that the hub cannot call, by outgoing calls alone.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group of commands, though it has one."""


@app.command("run")
def run(
    manifest: Annotated[Path, typer.Argument(help='The source\'s manifest, with reach = "pull".')],
    hub: Annotated[str, typer.Option("--hub", help="The hub's public address: https://…")],
    client_id: Annotated[str, typer.Option("--client-id", help="As the hub enrolled this system.")],
    key: Annotated[Path, typer.Option("--key", help="This system's private key, a JSON Web Key; mode 0600.")],
    secrets: Annotated[
        Path, typer.Option("--secrets", help="A folder with the secret that the manifest names.")
    ] = Path("secrets"),
    at_once: Annotated[int, typer.Option("--at-once", min=1, max=MOST_AT_ONCE, help="Requests under way at once.")] = 4,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="Keep what the hub signed of each request in this file.")
    ] = None,
    review_purposes: Annotated[
        str, typer.Option("--review-purposes", help="Purposes that a person decides on, for example S47,MAPPA.")
    ] = "",
    reviewers: Annotated[
        str, typer.Option("--reviewers", help="Who that person is, in words that whoever asked is shown.")
    ] = "",
) -> None:
    """Claim what is asked of a source, answer from the partner's own system, and stop on SIGTERM with nothing held."""
    read = _pulled(manifest)
    handed_over = _handed_over(read, review_purposes, reviewers)
    asyncio.run(_run(read, hub, client_id, key, secrets, at_once, evidence, handed_over))


async def _run(
    manifest: Manifest,
    hub: str,
    client_id: str,
    key: Path,
    secrets: Path,
    at_once: int,
    evidence: Path | None,
    handed_over: HandedOver,
) -> None:
    check = EnvelopeCheck(hub, manifest.id)  # refuses an address that is not safe, before anything is sent there
    private = read_private_key(read_private(key))
    kept = None if evidence is None else EvidenceFile(evidence)
    connector = await connector_of(manifest, Credentials(None, secrets))
    side = HubSide(hub, manifest.id, client_id, private, 2 * at_once + 1)
    agent = Agent(side, GuardedSource(manifest, connector, RetryBudget()), check, kept, handed_over)
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, agent.stop)
    configure_logs()  # from here on it speaks to whoever reads logs; until here, to whoever typed the command
    try:
        await agent.run(at_once)
    finally:
        await side.close()
        await connector.close()
        if kept is not None:
            kept.close()


def _pulled(path: Path) -> Manifest:
    manifest = read_manifest(path)
    if not manifest.pulled:
        raise ConfigurationError(f'{path.name} is of a source that the hub calls. For an agent, set reach = "pull".')
    if manifest.kind == "exchange":
        raise ConfigurationError(f"{path.name} says that a client of your own answers; this agent serves other kinds.")
    return manifest


def _handed_over(manifest: Manifest, purposes: str, who: str) -> HandedOver:
    """What a person decides: as the command says, else as the manifest does."""
    try:
        told = frozenset(PurposeCode(one.strip()) for one in purposes.split(",") if one.strip())
    except ValueError as fault:
        known = ", ".join(PurposeCode)
        raise BadInput(f"--review-purposes takes purposes with commas between them, of: {known}.") from fault
    if not told:
        return HandedOver()
    default = manifest.deciding.who if manifest.deciding else manifest.owner or manifest.name
    return HandedOver(told, who or default)
