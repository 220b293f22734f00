"""``make bench``: start the partner systems, measure, print a table (or ``--json``)."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import msgspec
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.audit_history import cost_of_history
from benchmarks.audit_throughput import leaves_per_second
from benchmarks.floor import bare_fan_out
from benchmarks.live_find import live_finds
from benchmarks.matching.report import measured, show
from benchmarks.proofs import proofs_of_a_long_log
from benchmarks.pull import pulled_beside_direct
from benchmarks.served import served_views
from benchmarks.stages import cpu_by_stage
from hub.demo.partnership import Partnership


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description="Measure the hub beside a bare fan-out to the same partners.")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--leaves", type=int, default=1_000_000, help="of the long log")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    progress = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder, Partnership(Path(folder), 2019) as partnership:
        progress.log("starting four partner systems")
        partnership.start_partners(lambda _: None)
        url = partnership.start_hub(0)
        progress.log(f"views through the hub's door, {arguments.seconds:.0f} s")
        served = served_views(Path(folder), url, arguments.seconds)
        partnership.kill("hub")
        progress.log("the same requests by a bare fan-out")
        floor = uvloop.run(bare_fan_out(Path(folder), arguments.seconds))
        progress.log("live finds over four sources, over each alone, and of somebody nobody knows")
        finds = uvloop.run(live_finds(Path(folder), max(2.0, arguments.seconds / 3)))
        progress.log("a source that cannot be called, served by an agent, beside the same source called directly")
        pulled = pulled_beside_direct(Path(folder), max(3.0, arguments.seconds / 2))
        progress.log("CPU of each stage on its own")
        stages = uvloop.run(cpu_by_stage(Path(folder), max(1.0, arguments.seconds / 10)))
    figures = {**served, **floor, **finds, **pulled, **_split(stages, served, floor)}
    figures["ratio_of_views_to_bare_fan_outs_per_core_second"] = (
        figures["views_per_core_second"] / figures["bare_fan_outs_per_core_second"]
    )
    progress.log("evidence: leaves a second on both engines, beside the bare database")
    figures |= leaves_per_second(arguments.seconds, progress.log)
    progress.log("evidence: whether a view's cost grows with the log")
    figures |= cost_of_history(arguments.leaves, progress.log)
    progress.log("evidence: proofs out of a long log, and a check of all of it")
    figures |= proofs_of_a_long_log(arguments.leaves, progress.log)
    matching = measured(progress.log)
    if arguments.json:
        json.dump({**figures, "matching": msgspec.to_builtins(matching)}, sys.stdout, indent=2)
        return
    table = Table(title="Combined views of one child from four live partners")
    table.add_column("Figure")
    table.add_column("Value", justify="right")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,.2f}")
    console = Console()
    console.print(table)
    show(matching, console)


def _split(stages: dict[str, float], served: dict[str, float], floor: dict[str, float]) -> dict[str, float]:
    """A view's CPU by stage. What cannot be run alone is told as a difference of two that can."""
    fan_out = floor["bare_cpu_ms_per_fan_out"]
    return {
        "records_in_a_view": stages["records_in_a_view"],
        "cpu_ms_policy": stages["cpu_ms_policy"],
        "cpu_ms_identity": stages["cpu_ms_identity"],
        "cpu_ms_fan_out_as_the_floor_does_it": fan_out,
        "cpu_ms_mapping_checks_and_limits": stages["cpu_ms_fan_out_and_mapping"] - fan_out,
        "cpu_ms_redaction": stages["cpu_ms_redaction"],
        "cpu_ms_audit": stages["cpu_ms_audit"],
        "cpu_ms_sign_in_gate_enquiry_and_graphql": stages["cpu_ms_door"] - stages["cpu_ms_corridor"],
        "cpu_ms_http_server_and_the_rest": served["hub_cpu_ms_per_view"] - stages["cpu_ms_door"],
    }


main()
