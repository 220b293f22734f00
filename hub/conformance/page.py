"""A report as one page that people read and print: no script, nothing from elsewhere, everything escaped."""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby

from hub.conformance.report import CheckResult, Outcome, Report

_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.NOT_APPLICABLE: "does not apply",
    Outcome.NOT_TRIED: "could not be tried",
}
_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_APPLICABLE: "·", Outcome.NOT_TRIED: "?"}
_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #bbb; }
caption { text-align: left; font-weight: bold; font-size: 1.1rem; padding: .4rem 0; }
thead { display: table-header-group; } tr { break-inside: avoid; }
.outcome { white-space: nowrap; width: 11rem; } .verdict { border: 3px solid #111; padding: .8rem 1rem; }
.failed { font-weight: bold; } .mend { margin: .2rem 0 0; } code { overflow-wrap: anywhere; font-size: .85rem; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } a { color: inherit; } }
"""


def page(report: Report, signature: str | None = None) -> str:
    """The report in HTML. ``signature`` is the hub's, where it was made there."""
    title = f"Conformance of {report.manifest.name}, version {report.manifest.version}"
    body = (
        f"<h1>{escape(title)}</h1>",
        f'<p class="verdict"><strong>{escape(report.says)}</strong></p>',
        _facts(report),
        _mend_first(report.hindrances),
        *(_group(name, tuple(checks)) for name, checks in groupby(report.checks, lambda one: one.group)),
        _coverage(report),
        _signed(signature),
    )
    return (
        f'<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def _facts(report: Report) -> str:
    about = report.manifest
    rows = (
        ("Source", escape(f"{about.name} ({about.id})")),
        ("Manifest", f"version {about.version}, SHA-256 <code>{escape(about.digest)}</code>"),
        ("Kind", escape(f"{about.kind}, {'asked by the hub' if about.reach == 'direct' else 'claims its requests'}")),
        ("Checked", escape(f"{report.at}, {report.made}, in {report.seconds:.1f} seconds")),
    )
    return _table("", (f'<tr><th scope="row">{name}</th><td>{told}</td></tr>' for name, told in rows))


def _mend_first(hindrances: Iterable[CheckResult]) -> str:
    items = "".join(
        f"<li><strong>{escape(one.title)}</strong>: {escape(' '.join(one.seen) or _WORDS[one.outcome] + '.')} "
        f"<em>{escape(one.mend)}</em></li>"
        for one in hindrances
    )
    return f"<h2>What to mend first</h2><ol>{items}</ol>" if items else ""


def _group(name: str, checks: Iterable[CheckResult]) -> str:
    head = '<thead><tr><th scope="col">Outcome</th><th scope="col">Check</th></tr></thead>'
    return _table(name, (_row(one) for one in checks), head)


def _row(check: CheckResult) -> str:
    told = "".join(f"<br>{escape(sentence)}" for sentence in check.seen)
    mend = f'<p class="mend">To do: {escape(check.mend)}</p>' if check.mend else ""
    outcome = f"{_MARKS[check.outcome]} {_WORDS[check.outcome]}{'' if check.required else ' (optional)'}"
    return (
        f'<tr class="{check.outcome.value}" id="{escape(check.id)}"><td class="outcome">{outcome}</td>'
        f"<td><strong>{escape(check.title)}</strong>{told}{mend}</td></tr>"
    )


def _coverage(report: Report) -> str:
    seen = report.coverage
    records = _counts("Records by category", seen.records)
    return records + _counts("Codes and fields that the hub does not know", seen.unmapped)


def _counts(caption: str, counts: Mapping[str, int]) -> str:
    pairs = sorted(counts.items())
    return (
        _table(caption, (f"<tr><td>{escape(name)}</td><td>{count}</td></tr>" for name, count in pairs)) if pairs else ""
    )


def _signed(signature: str | None) -> str:
    if signature is None:
        return "<p>Not signed: a report that counts for an approval is made in the hub.</p>"
    return f"<h2>Signed by the hub</h2><p><code>{escape(signature)}</code></p>"


def _table(caption: str, rows: Iterable[str], head: str = "") -> str:
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{told}{head}<tbody>{''.join(rows)}</tbody></table>"
