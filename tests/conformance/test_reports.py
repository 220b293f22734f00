"""Reports: what they hold, how they read as a page, and what a signature under one is worth."""

from html.parser import HTMLParser

import msgspec
import pytest

from hub.conformance.page import page
from hub.conformance.report import (
    CheckResult,
    Coverage,
    Outcome,
    Report,
    Tested,
    decoded,
    encoded,
    has_passed,
    summed_up,
)
from hub.conformance.signed import SignedReport, verified
from hub.domain.conformance import Testimony
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.errors import BadInput
from hub.keys import FileKeys, Signing
from hub.onboarding.testing import SIGNED_AS

HOSTILE = '"><script>alert(1)</script>'


def check(name: str, outcome: Outcome, *, required: bool = True, seen: str = "Seen.") -> CheckResult:
    return CheckResult(
        id=name,
        group="A group",
        title=f"Title of {name}",
        outcome=outcome,
        required=required,
        seen=(seen,),
        mend="Mend.",
    )


def report(*checks: CheckResult, name: str = "School") -> Report:
    return Report(
        manifest=Tested(id="school", name=name, version=3, digest="d" * 64, kind="rest_json", reach="direct"),
        made="in the hub",
        at="2026-11-01T12:00:00Z",
        seconds=1.5,
        passed=has_passed(checks),
        says=summed_up(checks),
        checks=checks,
        coverage=Coverage(records={"identity.name": 2}, unmapped={"pupil.note": 1}),
    )


FINE = report(check("one", Outcome.PASSED), check("two", Outcome.NOT_TRIED, required=False))


@pytest.mark.parametrize(
    ("outcome", "required", "passes"),
    [
        (Outcome.PASSED, True, True),
        (Outcome.NOT_APPLICABLE, True, True),
        (Outcome.FAILED, True, False),
        (Outcome.FAILED, False, False),
        (Outcome.NOT_TRIED, True, False),
        (Outcome.NOT_TRIED, False, True),
    ],
)
def test_a_run_passes_without_failures_and_with_everything_required_tried(outcome, required, passes):
    checks = (check("one", Outcome.PASSED), check("two", outcome, required=required))
    assert has_passed(checks) is passes
    assert summed_up(checks).startswith("Passed:" if passes else "Not passed:")


def test_a_report_is_read_back_as_it_was_written():
    assert decoded(encoded(FINE)) == FINE


def test_a_report_of_another_format_is_not_read():
    with pytest.raises(ValueError, match="format"):
        decoded(encoded(msgspec.structs.replace(FINE, format_version=2)))
    with pytest.raises(ValueError):
        decoded(b'{"passed": true}')


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.opened.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_a_page_has_no_script_and_nothing_of_a_manifest_becomes_a_tag():
    made = page(report(check("one", Outcome.FAILED, seen=HOSTILE), name=HOSTILE), signature=HOSTILE)
    tags = Tags()
    tags.feed(made)
    assert "script" not in {tag for tag, _ in tags.opened}
    assert not [attrs for _, attrs in tags.opened if attrs.keys() & {"src", "href", "onload", "onclick"}]
    assert tags.text.count(HOSTILE) >= 4


def test_a_page_says_what_to_mend_first_and_whether_the_hub_signed_it():
    made = page(report(check("one", Outcome.FAILED), check("two", Outcome.NOT_TRIED), check("three", Outcome.PASSED)))
    first = made.index("What to mend first")
    assert first < made.index("Title of one") < made.index("Title of two")
    assert "Not signed" in made
    assert "What to mend first" not in page(FINE)
    assert "Signed by the hub" in page(FINE, "a.b.c")


@pytest.fixture
def signing(tmp_path) -> Signing:
    FileKeys.create(tmp_path / "keys.json")
    return Signing(FileKeys.read(tmp_path / "keys.json"))


def sign(signing: Signing, one: Report = FINE, typ: str = SIGNED_AS, **changes: object) -> SignedReport:
    text, about = encoded(one), one.manifest
    testimony = Testimony(
        source=SourceId(about.id),
        version=about.version,
        digest=about.digest,
        passed=one.passed,
        at=one.at,
        report_digest=digest(text),
    )
    told = msgspec.structs.replace(testimony, **changes)
    return SignedReport(report=text.decode(), signature=signing.sign(msgspec.json.encode(told), typ=typ))


def test_a_signed_report_verifies_by_the_published_keys(signing):
    told, testimony = verified(sign(signing), signing.jwks(), SIGNED_AS)
    assert told == FINE
    assert testimony.passed


def test_an_altered_report_does_not_verify(signing):
    signed = sign(signing)
    altered = msgspec.structs.replace(signed, report=signed.report.replace("Seen.", "Unseen."))
    with pytest.raises(BadInput) as refused:
        verified(altered, signing.jwks(), SIGNED_AS)
    assert refused.value.reasons == ("report-altered",)


def test_a_report_of_a_failed_run_cannot_bear_a_testimony_that_it_passed(signing):
    failing = report(check("one", Outcome.FAILED))
    with pytest.raises(BadInput) as refused:
        verified(sign(signing, failing, passed=True), signing.jwks(), SIGNED_AS)
    assert refused.value.reasons == ("report-mismatch",)


@pytest.mark.parametrize("field", ["source", "version", "digest"])
def test_a_testimony_about_another_manifest_does_not_verify(signing, field):
    other = {"source": "college", "version": 4, "digest": "e" * 64}[field]
    with pytest.raises(BadInput) as refused:
        verified(sign(signing, **{field: other}), signing.jwks(), SIGNED_AS)
    assert refused.value.reasons == ("report-mismatch",)


def test_a_signature_for_another_use_or_by_another_hub_or_altered_does_not_verify(signing, tmp_path):
    FileKeys.create(tmp_path / "others.json")
    others = Signing(FileKeys.read(tmp_path / "others.json"))
    good = sign(signing)
    head, payload, signature = good.signature.split(".")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    wrong = {
        "token-type": sign(signing, typ="hub-request+jwt"),
        "signature-key-unknown": sign(others),
        "signature-broken": msgspec.structs.replace(good, signature=f"{head}.{payload}.{flipped}"),
        "token-malformed": msgspec.structs.replace(good, signature="nothing"),
    }
    for reason, signed in wrong.items():
        with pytest.raises(BadInput) as refused:
            verified(signed, signing.jwks(), SIGNED_AS)
        assert refused.value.reasons == (reason,)
