"""Policy text as an attacker or a slip would write it, and decisions that go wrong."""

from pathlib import Path

import pytest

from hub.domain.acts import Action
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.disclosures import shown_reasons
from hub.domain.permits import Verdict
from hub.errors import ConfigurationError
from hub.policy.engine import Engine, Request
from hub.policy.entities import act, person, standing_entities
from hub.policy.policies import Policies
from hub.policy.purposes import read_purposes
from hub.policy.texts import PolicyTexts, read_texts

NAMED = '@id("{id}") @says("It says.") @basis("A basis.") @ground("role")\n'
PERMIT = 'permit (principal, action == Hub::Action::"sources", resource)'


def load_with(folder: Path, text: str, name: str = "zz-added.cedar") -> Policies:
    (folder / name).write_text(text)
    return Policies.load(folder, None, ())


@pytest.mark.parametrize(
    ("expression", "depth"),
    [("{open}true{close}", 700), ("{bangs}true", 100_000), ("{ors}true", 20_000), ("{ifs}true{elses}", 3_000)],
)
def test_deeply_nested_text_is_refused_and_ends_no_interpreter(copied: Path, expression: str, depth: int) -> None:
    nested = expression.format(
        open="(" * depth,
        close=")" * depth,
        bangs="!" * depth,
        ors="true || " * depth,
        ifs="if true then " * depth,
        elses=" else true" * depth,
    )
    with pytest.raises(ConfigurationError, match=r"nests too deeply|not usable|larger|not be validated"):
        load_with(copied, f"{NAMED.format(id='nested')}{PERMIT} when {{ {nested} }};")


@pytest.mark.parametrize(
    ("annotations", "complaint"),
    [
        ("", r"every policy needs an @id"),
        ('@id("") @says("s") @basis("b")', r"every policy needs an @id"),
        ('@id("Not Kebab") @says("s") @basis("b")', r"every policy needs an @id"),
        ('@id("own-enquiry") @says("s") @basis("b")', r"own-enquiry is given to two policies"),
        ('@id("new-one") @basis("b")', r"new-one needs @says"),
        ('@id("new-one") @says("  ") @basis("b")', r"new-one needs @says"),
        ('@id("new-one") @says("s")', r"new-one needs @basis"),
        ('@id("new-one") @says("s") @basis("b") @ground("whim")', r"new-one needs @ground"),
    ],
)
def test_policy_without_its_own_name_sentence_and_basis_is_refused(
    copied: Path, annotations: str, complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        load_with(copied, f"{annotations}\n{PERMIT};")


def test_policy_that_forbids_without_saying_on_what_ground_is_refused(copied: Path) -> None:
    forbid = PERMIT.replace("permit", "forbid")
    with pytest.raises(ConfigurationError, match=r"new-one needs @ground.*role, purpose.*agreement.*label"):
        load_with(copied, f'@id("new-one") @says("s") @basis("b")\n{forbid};')


def test_every_ground_of_a_rule_that_may_not_be_spoken_of_is_told_as_restricted(shipped: Policies) -> None:
    told = [note.id for note in shipped.notes.values() if shown_reasons((note.id,)) != (note.id,)]
    assert len(told) == 5
    assert {shipped.grounds(shown_reasons((name,))) for name in told} == {("restricted",)}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("permit (", r"zz-added\.cedar"),
        ('permit (principal == ?principal, action == Hub::Action::"sources", resource);', r"slots"),
        (f'{PERMIT} when {{ principal in Hub::Role::"mash_manger" }};', r"mash_manger"),
        (f"{PERMIT} when {{ principal.salary > 3 }};", r"new-one"),
        (
            'permit (principal, action == Hub::Action::"disclose", resource == Hub::Category::"health.gpp");',
            r'Hub::Category::"health\.gpp", which does not exist',
        ),
        (
            """permit (principal, action == Hub::Action::"openEnquiry", resource)
               when { context has purpose && context.purpose == Hub::Purpose::"S48" };""",
            r'Hub::Purpose::"S48", which does not exist',
        ),
    ],
)
def test_slip_in_a_policy_is_refused_with_its_place(copied: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        load_with(copied, NAMED.format(id="new-one") + text)


def test_policies_without_schema_files_or_size_are_refused(copied: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no \*\.cedar file"):
        Policies.load(tmp_path, None, ())
    with pytest.raises(ConfigurationError, match=r"larger than"):
        load_with(copied, "//" + "x" * 600_000)
    (copied / "zz-added.cedar").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"cannot be read as UTF-8"):
        Policies.load(copied, None, ())
    (copied / "zz-added.cedar").unlink()
    (copied / "hub.cedarschema").write_text("namespace Hub {")
    with pytest.raises(ConfigurationError, match=r"hub\.cedarschema"):
        Policies.load(copied, None, ())
    (copied / "hub.cedarschema").unlink()
    with pytest.raises(ConfigurationError, match=r"hub\.cedarschema cannot be read"):
        Policies.load(copied, None, ())


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[MAPPA]", "[MAPPAA]", r"Invalid enum value"),
        ("needs_family_agreement = true", "needs_family_agreement = 1", r"Expected `bool`"),
        ('duty_manager = ["T0", "T1", "T2", "T3"]', 'duty_manager = ["T0", "T4"]', r"T4 is never standing reach"),
        ('on_release = ["mash_social_worker"', 'on_release = ["auditor"', r"roles that reach lists"),
        ('flags_of = ["education"]', 'break_glass = ["mash_manager"]', r"glass is not broken"),
        ('flags_of = ["education"]', "agencies = []", r"at least one agency"),
        ('legal_basis = ["Children Act 1989 s17"]', "legal_basis = []", r"legal basis"),
        ('label = "Early help offer"', 'label = "Early help offer"\nunknown = 1', r"unknown"),
    ],
)
def test_purposes_table_with_a_slip_is_refused(copied: Path, old: str, new: str, complaint: str) -> None:
    purposes = (copied / "purposes.toml").read_text()
    assert old in purposes
    (copied / "purposes.toml").write_text(purposes.replace(old, new))
    with pytest.raises(ConfigurationError, match=complaint):
        Policies.load(copied, None, ())


def test_purposes_table_without_a_purpose_is_refused(copied: Path) -> None:
    purposes = (copied / "purposes.toml").read_text()
    (copied / "purposes.toml").write_text(purposes[: purposes.index("[IG_REVIEW]")])
    with pytest.raises(ConfigurationError, match=r"no table for IG_REVIEW"):
        Policies.load(copied, None, ())


def engine_with(folder: Path, text: str) -> Engine:
    texts = read_texts(folder)
    rows = read_purposes(texts.purposes)
    added = PolicyTexts({**texts.cedar, "zz-added.cedar": text}, texts.schema, texts.purposes)
    return Engine.load(added, standing_entities(rows))


def test_a_forbid_that_errors_is_a_deny_and_not_skipped(copied: Path) -> None:
    overflow = f"{9_223_372_036_854_775_807} + 1 > 0"
    engine = engine_with(
        copied, f"{NAMED.format(id='new-one')}forbid (principal, action, resource) when {{ {overflow} }};"
    )
    auditor = person([Role.AUDITOR], Agency.SOCIAL_CARE)
    verdict = engine.decide(auditor, [act(Action.READ_AUDIT, None, own=True)])[0]
    assert verdict == Verdict(permitted=False, policies=("policy-error",))


def test_what_no_policy_speaks_of_is_denied_by_name(copied: Path) -> None:
    (copied / "oversight.cedar").unlink()
    engine = engine_with(copied, "")
    verdict = engine.decide(person([Role.AUDITOR], Agency.HEALTH), [act(Action.READ_AUDIT, None, own=True)])[0]
    assert verdict == Verdict(permitted=False, policies=("no-policy-permits",))


@pytest.mark.parametrize(
    "request_",
    [
        Request("disclose", {"type": "Hub::Category", "id": "health.gp"}, "{}"),
        Request("disclose", {"type": "Hub::Category", "id": "health.gp"}, "not JSON"),
        Request("disclose", {"type": "Hub::AuditLog", "id": "x"}, "{}"),
        Request("signIn", {"type": "Hub::Enquiry", "id": "x"}, "{}"),
        Request("sources", {"type": "not a type", "id": "x"}, "{}"),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_deny(shipped: Policies, request_: Request) -> None:
    verdicts = shipped.engine.decide(person([Role.MASH_MANAGER], Agency.SOCIAL_CARE), [request_])
    assert verdicts == [Verdict(permitted=False, policies=("policy-error",))]


def test_somebody_who_cannot_exist_is_a_deny(shipped: Policies) -> None:
    nobody = {"uid": {"type": "Hub::User", "id": "x"}, "attrs": {}, "parents": []}
    unknown = person([Role.MASH_MANAGER], Agency.SOCIAL_CARE) | {"parents": [{"type": "Hub::Role", "id": "chief"}]}
    question = act(Action.OPEN_ENQUIRY, PurposeCode.S47, own=True)
    for who in (nobody, unknown):
        assert not any(verdict.permitted for verdict in shipped.engine.decide(who, [question]))


def test_version_changes_with_every_byte_that_decides(copied: Path, shipped: Policies) -> None:
    assert Policies.load(copied, None, ()).version == shipped.version
    for name in ("labels.cedar", "hub.cedarschema", "purposes.toml"):
        comment = "#" if name.endswith("toml") else "//"
        with (copied / name).open("a") as file:
            file.write(f"{comment} another byte\n")
        changed = Policies.load(copied, None, ()).version
        assert changed != shipped.version
        assert len(changed) == 64
