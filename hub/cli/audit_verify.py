"""``hub audit verify``: the stand-alone verifier, for those who have the hub's command line at hand anyway."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from hub import verifier
from hub.cli.running import DEFAULT_STATE, StateOption, UrlOption, running_demo
from hub.domain.answers import SourceFailed
from hub.errors import Unavailable
from hub.outbound import PartnerHttp

_MOST_KEYS = 1024 * 1024


def verify(
    bundle: Annotated[Path, typer.Argument(help="The bundle, as hub audit prove wrote it.")],
    key: Annotated[list[str], typer.Option("--key", help="A verifier key of the log that you trust.")],
    witness: Annotated[
        list[str] | None, typer.Option("--witness", help="The verifier key of a witness that you trust.")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="The log's keys as it published them, where it took new ones since.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no hub for the keys that its log took since.")
    ] = False,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Verify a bundle, and say in words what it shows and what it does not.

    Exits with 0 where all of it is shown, 1 where not, 2 where it cannot be read. Runs hub/verifier.py, which stands
    alone: who trusts nothing of the hub copies that one file out, reads it, and runs it by itself.
    """
    words = [str(bundle), *(f"--key={one}" for one in key), *(f"--witness={one}" for one in witness or [])]
    words += ["--json"] if as_json else []
    with tempfile.TemporaryDirectory() as folder:
        if keys is None and not offline:
            keys = Path(folder) / "keys.json"
            keys.write_bytes(asyncio.run(_published(url or running_demo(state)["url"])))
        raise typer.Exit(verifier.main([*words, f"--keys={keys}"] if keys is not None else words))


async def _published(url: str) -> bytes:
    """The log's keys as a hub publishes them. Nothing is believed of them but what trusted keys sign."""
    http = PartnerHttp(url, max_bytes=_MOST_KEYS)
    try:
        reply = await http.send("GET", "/log/keys")
    except SourceFailed as failure:
        raise Unavailable("No hub answers there. Verify with --offline, or name its published keys.") from failure
    finally:
        await http.close()
    if reply.status != 200:
        raise Unavailable("This hub publishes no keys of a log. Verify with --offline.")
    return reply.body
