"""``hub demo``, ``hub token``, ``hub partner``: a simulated partnership on this machine."""

import contextlib
import signal
import time
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console

from hub.cli.client import Caller
from hub.cli.enquiry import enquiry_for, require_purpose
from hub.cli.running import DEFAULT_STATE, RoleOption, StateOption, running_demo
from hub.cli.view import ask_view, print_view
from hub.demo.behaviour import Behaviour, set_behaviour
from hub.demo.issuer import mint
from hub.demo.partnership import AUDIENCE, JOINING, PARTNERS, WITNESS, Partnership
from hub.errors import BadInput

MAIN_CHILD = "999 100 0003"
_SYSTEMS = (*PARTNERS, JOINING)


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the hub listens; 0 for any free port.")] = 8000,
    once: Annotated[bool, typer.Option("--once", help="Print one view and stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the view as JSON.")] = False,
    state: StateOption = DEFAULT_STATE,
    seed: Annotated[int, typer.Option(help="Which synthetic families.")] = 2019,
    role: RoleOption = "mash_social_worker",
    purpose: Annotated[str, typer.Option(help="The purpose of the first enquiry.")] = "S47",
    year: Annotated[bool, typer.Option("--year", help="Put a year of invented traffic into the log first.")] = False,
) -> None:
    """Start four partner systems and the hub, ask about one child, and go on serving."""
    signal.signal(signal.SIGTERM, _stop)
    require_purpose(purpose)
    console = Console(stderr=True)
    began = time.monotonic()
    with Partnership(state, seed) as partnership, contextlib.suppress(KeyboardInterrupt):
        if year:  # read only when it is asked for
            import_module("hub.cli.demo_year").live_before(state.resolve(), seed, console)
        with console.status("Starting the partnership"):
            url = partnership.start(port, say=lambda line: console.print(line, style="dim", highlight=False))
        asker = Caller(url, mint(state, role, audience=AUDIENCE))
        enquiry = enquiry_for(asker, None, {"nhsNumber": MAIN_CHILD}, purpose, "Strategy discussion this afternoon")
        print_view(ask_view(asker, enquiry), as_json=as_json)
        if once:
            return
        console.print(f"\nServing at {url} after {time.monotonic() - began:.1f} s. Ctrl-C stops everything. Try:")
        where = "" if state == DEFAULT_STATE else f" --state {state}"
        for line in (*_SUGGESTIONS, *(_OF_A_YEAR if year else ())):
            console.print(f"  {line}{where}", highlight=False, markup=False, soft_wrap=True)
        console.print(
            f"  .venv/bin/hub witness status {state / WITNESS}", highlight=False, markup=False, soft_wrap=True
        )
        console.print(f"  {_JOINING}", highlight=False, markup=False, soft_wrap=True)
        partnership.wait()


def token(
    role: RoleOption,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Print a bearer token for a persona of the running demo."""
    running_demo(state)
    typer.echo(mint(state, role, audience=AUDIENCE))


def partner(
    name: Annotated[str, typer.Argument(help=", ".join(_SYSTEMS))],
    behave: Annotated[str, typer.Option(help=", ".join(Behaviour))],
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Change how a running demo partner behaves."""
    running_demo(state)
    if name not in _SYSTEMS:
        raise BadInput(f"There is no partner of that name; there are {', '.join(_SYSTEMS)}.")
    set_behaviour(state, name, behave)
    typer.echo(f"{name} now behaves: {behave}")


_SUGGESTIONS = (
    '.venv/bin/hub view "999 100 0003" --as screening_officer --purpose SCREEN',
    ".venv/bin/hub partner probation --behave hang",
    ".venv/bin/hub audit tail",
    ".venv/bin/hub token --as mash_social_worker",
)
_OF_A_YEAR = (
    ".venv/bin/hub audit worklist --as auditor",
    ".venv/bin/hub audit statistics --as auditor",
)
_JOINING = "docs/joining.md      # let a fifth partner join: education, by two documents and no program"


def _stop(*_: object) -> None:
    raise KeyboardInterrupt
