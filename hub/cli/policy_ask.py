"""``hub policy ask``: what would an enquiry get from a source? Nobody is asked."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.policy_tables import AsJson, PolicyFolder, loaded_policies, print_json, whole
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind, Urgency
from hub.domain.documents import SHOWN_DIGITS
from hub.domain.identifiers import SourceId
from hub.domain.sources import Source
from hub.errors import BadInput
from hub.policy.agreements import day_of, read_agreements, read_documents
from hub.policy.asked import Asking
from hub.policy.asking import SourceTold, dry_run

_NOTE = (
    "The urgency changes how long the enquiry lives, not what it shows. A label on the person or on a record narrows "
    "this further."
)


def ask(
    roles: Annotated[list[Role], typer.Option("--as", help="A role of whoever asks; may be repeated.")],
    purpose: Annotated[PurposeCode, typer.Option(help="What they ask for.")],
    agreements: Annotated[Path, typer.Option(help="A folder of agreements.")],
    agency: Annotated[Agency, typer.Option(help="Whom they work for.")] = Agency.SOCIAL_CARE,
    organisation: Annotated[str | None, typer.Option(help="Which organisation, as their token names it.")] = None,
    urgency: Annotated[Urgency, typer.Option(help="How urgent the enquiry is.")] = Urgency.AMBER,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be repeated.")] = None,
    subject: Annotated[SubjectKind, typer.Option(help="Whom the record is about.")] = SubjectKind.CHILD,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="On which day.")] = None,
    policies: PolicyFolder = None,
    *,
    family_agreed: Annotated[bool, typer.Option("--family-agreed", help="The family agreed to every agency.")] = False,
    glass_broken: Annotated[bool, typer.Option("--glass-broken", help="The glass is broken.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what an enquiry would get from each source by its agreement: which categories, by which rule."""
    sources = _sources(agreements, source)
    loaded = loaded_policies(policies).standing_with(sources, read_agreements(agreements, sources))
    asking = Asking(
        roles=frozenset(roles),
        agency=agency,
        purpose=purpose,
        day=on.date() if on else day_of(datetime.now(UTC)),
        glass_broken=glass_broken,
        family_scope=frozenset(Agency) if family_agreed else None,
        organisation=organisation,
    )
    told = dry_run(loaded, sources, asking, subject)
    if as_json:
        print_json({"policy_version": loaded.version, "asks": asking, "urgency": urgency, "sources": told})
        return
    for one in told:
        _print(one)
    Console().print(
        f"A {urgency} {purpose} enquiry. Policy version {loaded.version[:SHOWN_DIGITS]}. {_NOTE}", highlight=False
    )


def _sources(folder: Path, wanted: list[str] | None) -> tuple[Source, ...]:
    """The sources that the agreements of a folder are about."""
    agencies = {one.agreement.source: one.agreement.source_agency for one in read_documents(folder).values()}
    unknown = sorted(set(wanted or ()) - set(agencies))
    if unknown or not agencies:
        known = ", ".join(agencies) or "none"
        raise BadInput(f"No agreement here is about {', '.join(unknown) or 'any source'}. There are: {known}.")
    return tuple(
        Source(SourceId(name), name, agency, "supposed", "LIVE", "", "")
        for name, agency in agencies.items()
        if not wanted or name in wanted
    )


def _print(told: SourceTold) -> None:
    shown = [one for one in told.told if one.permitted]
    console = Console()
    console.print(
        f"{told.source}, by {told.agreement or 'no agreement'}: {len(shown)} of {len(told.told)} categories",
        style="bold",
        highlight=False,
    )
    table = Table("Category", "Tier", "Shown", "Stopped by", whole("Decided by"))
    for one in told.told:
        mark = "[green]yes[/]" if one.permitted else "[red]no[/]"
        decided = ", ".join(policy for policy, _ in one.policies)
        table.add_row(one.category, one.category.tier, mark, ", ".join(one.stopped_by), decided)
    console.print(table)
