"""The report as a page to read and to print: plain HTML, no script, nothing fetched from anywhere."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from hub.domain.subject_access import AskedBy, Capacity
from hub.subject_access.document import AccessTold, Report, ServiceTold

_LONDON = ZoneInfo("Europe/London")
_STYLE = (
    "body{font:16px/1.5 Arial,Helvetica,sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#0b0c0c}"
    "h2{margin-top:2em}dt{font-weight:bold}dd{margin:0 0 .5em}article{border-top:1px solid #b1b4b6;padding:.5em 0}"
    "code{overflow-wrap:anywhere}@media print{article{break-inside:avoid}}"
)
_ASKED = {
    AskedBy.SELF: "You asked for this report about yourself.",
    AskedBy.PARENT: "A person with parental responsibility asked for this report. In it, 'you' is the child.",
    AskedBy.REPRESENTATIVE: "A person with authority asked for this report. In it, 'you' is whom they asked for.",
}
_ABLE = {
    Capacity.ADULT: "",
    Capacity.ABLE: " The child is able to understand what was asked for, and the right to it is the child's own.",
    Capacity.NOT_ABLE: " The child is not yet able to ask, so somebody asked for them.",
}
# The same in every report, whether or not something was left out: who reads it cannot tell.
_LEFT_OUT = (
    "Some accesses may be left out where the law allows it: where telling would put somebody in danger, would get in "
    "the way of protecting a child or of finding out about a crime, or would tell about other people. We do not say "
    "whether there are any. Whoever made this report looked at each one. You can ask again later, and you can ask the "
    "Information Commissioner to look at it."
)
_RIGHTS = (
    "You can ask us to put right what is wrong, to use less of it, or to erase it where the law allows.",
    "You can object to how information about you is used.",
    "This service decides nothing about you by computer: it shows what others hold to people, who decide.",
    "You can complain to the Information Commissioner: ico.org.uk, telephone 0303 123 1113.",
)


def page(report: Report) -> str:
    """The whole page. Everything from elsewhere is escaped."""
    body = "\n".join(_body(report))
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        "<title>Who looked at information about you</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(report: Report) -> Iterator[str]:
    yield "<h1>Who looked at information about you</h1>"
    yield f"<p>{_ASKED[report.asked_by]}{_ABLE[report.capacity]}</p>"
    yield f"<p>Made on {_day(report.made_at)}. Reference <code>{escape(report.reference)}</code>.{_period(report)}</p>"
    yield f"<p>We looked for accesses by {escape(', '.join(report.found_by))}.</p>"
    yield (
        "<p>This service keeps no records about you. When it is asked, it fetches what other services hold, shows it "
        "to whoever may see it, and keeps only a note of who asked, when, and why. These are those notes.</p>"
    )
    count = len(report.accesses)
    yield f"<h2>{count} {'note' if count == 1 else 'notes'}</h2>"
    yield from (_access(one) for one in report.accesses)
    yield "<h2>What is not in this report</h2>"
    if report.about_others:
        yield f"<p>Times that you were named in what was shown about somebody else: {report.about_others}.</p>"
    yield f"<p>{_LEFT_OUT}</p>"
    yield "<h2>Your rights</h2>"
    yield from (f"<p>{one}</p>" for one in _RIGHTS)
    shortest, longest = report.kept_months
    yield f"<p>What these notes say is kept for {shortest} to {longest} months, and may then be destroyed.</p>"
    yield "<h2>How to check this report</h2>"
    yield (
        "<p>With this page you were given the same report as a file that is signed (report.jws), which also says "
        "about whom it is and which page goes with it, and proofs (proofs.json) that each note is in a log which "
        "nobody can quietly change. Anybody who knows about whom it is can check all of it, without us: "
        f"docs/subject-access.md of the Partnership Hub says how. The log is {escape(report.made_by)}.</p>"
    )


def _access(one: AccessTold) -> str:
    facts = {
        "When": _moment(one.at),
        "Who": f"{one.who}, {one.organisation}" + (f" ({one.staff})" if one.staff else ""),
        "Why": one.purpose,
        "Allowed by": "; ".join(one.legal_basis),
        "What came of it": one.outcome,
    }
    told = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts.items() if value)
    limits = "<p>The usual limits were widened for this, which is always reviewed.</p>" if one.beyond_limits else ""
    services = "".join(_service(service) for service in one.services)
    asked = f"<p>Services:</p><ul>{services}</ul>" if services else ""
    return f"<article><h3>{one.number}. {escape(one.what)}</h3><dl>{told}</dl>{limits}{asked}</article>"


def _service(one: ServiceTold) -> str:
    kinds = f" It was about: {escape(', '.join(one.kinds))}." if one.kinds else ""
    kept = f" Some information was kept back. {escape(' '.join(one.kept_back))}" if one.kept_back else ""
    return f"<li>{escape(one.service)}: {escape(one.answer)}{kinds}{kept}</li>"


def _period(report: Report) -> str:
    since = f" from {_day(report.since)}" if report.since else ""
    until = f" until {_day(report.until)}" if report.until else ""
    return f" It is about accesses{since}{until}." if since or until else ""


def _moment(at: datetime) -> str:
    local = at.astimezone(_LONDON)
    return f"{local.day} {local:%B %Y} at {local:%H:%M} {local:%Z}"  # GMT or BST: one hour of autumn comes twice


def _day(at: datetime) -> str:
    local = at.astimezone(_LONDON)
    return f"{local.day} {local:%B %Y}"
