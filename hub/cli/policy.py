"""``hub policy``: check, explain and print the policies without a running hub."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hub.cli import policy_ask, policy_diff
from hub.cli.policy_tables import AsJson, PolicyFolder, loaded_policies, print_json, whole
from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind
from hub.domain.documents import SHOWN_DIGITS
from hub.policy.explain import ASSUMPTION, CheckReport, Explained, Supposition, check, explain
from hub.policy.matrix import matrix_markdown
from hub.policy.policies import Policies, shipped_policies

app = typer.Typer(name="policy", help="Check, explain, compare and print the policies.", no_args_is_help=True)
app.command("diff")(policy_diff.diff)
app.command("ask")(policy_ask.ask)


@app.command("check")
def check_command(policies: PolicyFolder = None, *, as_json: AsJson = False) -> None:
    """Parse, validate and name every policy, ask every case, and say which policy decided. Exits 1 on a fault."""
    report = check(policies or shipped_policies())
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    raise typer.Exit(1 if report.faults else 0)


@app.command("explain")
def explain_command(
    roles: Annotated[list[Role], typer.Option("--as", help="A role of whoever asks; may be repeated.")],
    purpose: Annotated[PurposeCode, typer.Option(help="What they ask for.")],
    agency: Annotated[Agency, typer.Option(help="Whom they work for.")] = Agency.SOCIAL_CARE,
    subject: Annotated[SubjectKind, typer.Option(help="Whom the record is about.")] = SubjectKind.CHILD,
    label: Annotated[list[Label] | None, typer.Option(help="A restricted label; may be repeated.")] = None,
    *,
    glass_broken: Annotated[bool, typer.Option("--glass-broken", help="The glass is broken.")] = False,
    policies: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say for every category whether it would be shown, and which policies decide."""
    supposed = Supposition(
        roles=frozenset(roles),
        purpose=purpose,
        agency=agency,
        subject=subject,
        labels=frozenset(label or ()),
        glass_broken=glass_broken,
    )
    loaded = loaded_policies(policies)
    rows = explain(loaded, supposed)
    if as_json:
        print_json({"assumption": ASSUMPTION, "policy_version": loaded.version, "asks": supposed, "verdicts": rows})
        return
    _print_explained(rows)
    Console().print(f"Policy version {loaded.version[:SHOWN_DIGITS]}. {ASSUMPTION}", highlight=False)


@app.command("matrix")
def matrix_command(
    write: Annotated[Path | None, typer.Option("--write", help="Write the page to this file.")] = None,
    policies: PolicyFolder = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the whole role x purpose x category table, as Markdown or as JSON."""
    loaded = loaded_policies(policies)
    if write is not None:
        write.write_text(matrix_markdown(loaded), encoding="utf-8")
        Console(stderr=True).print(f"Wrote {write} from policy version {loaded.version[:SHOWN_DIGITS]}.")
    elif as_json:
        print_json(_every_verdict(loaded))
    else:
        sys.stdout.write(matrix_markdown(loaded))


def _every_verdict(policies: Policies) -> list[dict[str, Any]]:
    """One row for each role that uses a purpose; ``partner_rep`` once for each agency whose representatives use it."""
    rows: list[dict[str, Any]] = []
    for code, row in policies.rows.items():
        for role in row.reach:
            agencies = sorted(row.partner_reps.of) if role is Role.PARTNER_REP else [Agency.SOCIAL_CARE]
            for agency in agencies:
                asks = Supposition(roles=frozenset({role}), purpose=code, agency=agency)
                rows.append({"purpose": code, "role": role, "agency": agency, "verdicts": explain(policies, asks)})
    return rows


def _print_explained(rows: tuple[Explained, ...]) -> None:
    console, verdicts = Console(), Table("Category", "Tier", "Source of", "Shown", "Stopped by", whole("Decided by"))
    sentences: dict[str, str] = {}
    for row in rows:
        sentences.update(row.policies)
        shown = "[green]yes[/]" if row.permitted else "[red]no[/]"
        decided = ", ".join(policy for policy, _ in row.policies)
        verdicts.add_row(row.category, row.category.tier, row.source_agency, shown, ", ".join(row.stopped_by), decided)
    console.print(verdicts)
    for policy, sentence in sentences.items():
        console.print(f"{policy}: {sentence}", highlight=False)


def _print_report(report: CheckReport) -> None:
    console = Console()
    table = Table("Case", "Expected", whole("Decided by"), "")
    for one in report.cases:
        table.add_row(one.name, one.expected, ", ".join(one.policies), f"[red]{one.fault}[/]" if one.fault else "ok")
    if report.cases:
        console.print(table)
    for fault in report.faults:
        console.print(fault, style="red", markup=False)
    if not report.faults:
        version = (report.version or "")[:SHOWN_DIGITS]
        console.print(
            f"{report.policies} policies, {len(report.cases)} cases, policy version {version}: "
            "every policy decides a case each way."
        )
