"""``make bench``: start the partner systems, measure, print a table (or ``--json``)."""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.floor import bare_fan_out
from benchmarks.served import served_views
from benchmarks.stages import cpu_by_stage
from hub.demo.partnership import Partnership


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description="Measure the hub beside a bare fan-out to the same partners.")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
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
        floor = asyncio.run(bare_fan_out(Path(folder), arguments.seconds))
        progress.log("CPU of each stage on its own")
        stages = asyncio.run(cpu_by_stage(Path(folder), arguments.seconds / 10))
    figures = {**served, **floor, **stages}
    figures["ratio_of_views_to_bare_fan_outs_per_core_second"] = (
        figures["views_per_core_second"] / figures["bare_fan_outs_per_core_second"]
    )
    rest = 1000 / figures["views_per_core_second"] - sum(
        value for name, value in stages.items() if name.startswith("cpu_ms_")
    )
    figures["cpu_ms_sign_in_gate_graphql_http_and_store"] = rest
    if arguments.json:
        json.dump(figures, sys.stdout, indent=2)
        return
    table = Table(title="Combined views of one child from four live partners")
    table.add_column("Figure")
    table.add_column("Value", justify="right")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,.2f}")
    Console().print(table)


main()
