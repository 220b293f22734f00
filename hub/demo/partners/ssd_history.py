"""What social care did with one child, as rows: each kind of fact and the table and columns it stands in."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from hub.demo.population.facts import SocialCareFacts

_Column = str | Callable[[Any], Any]  # a field's name, or how the value is made


def _yes(name: str) -> Callable[[Any], str]:
    return lambda fact: "Y" if getattr(fact, name) else "N"


def _flags(fact: Any) -> str:
    """Outcomes as the dataset writes them: an object of flags."""
    return msgspec.json.encode({f"OUTCOME_{name}_FLAG": "Y" for name in fact.outcomes}).decode()


_VISIT: Mapping[str, _Column] = {
    "visit_id": "id",
    "visit_date": "on",
    "visit_seen": _yes("seen"),
    "visit_seen_alone": _yes("seen_alone"),
}


def _visits(kind: str, **more: _Column) -> Mapping[str, _Column]:
    return {f"{kind}_{name}": column for name, column in _VISIT.items()} | more


# The facts' field, the table, the prefix of its columns, and the columns without it.
_TABLES: tuple[tuple[str, str, str, Mapping[str, _Column]], ...] = (
    (
        "contacts",
        "ssd_contacts",
        "cont",
        {
            "contact_id": "id",
            "contact_date": "on",
            "contact_source_code": "source_code",
            "contact_source_desc": "source_desc",
            "contact_outcome_json": _flags,
        },
    ),
    (
        "episodes",
        "ssd_cin_episodes",
        "cine",
        {
            "referral_id": "referral_id",
            "referral_date": "on",
            "cin_primary_need_code": "primary_need",
            "referral_source_code": "source_code",
            "referral_source_desc": "source_desc",
            "referral_outcome_json": _flags,
            "referral_nfa": _yes("nfa"),
            "close_reason": "close_reason",
            "close_date": "closed_on",
            "referral_team": "team_id",
            "referral_worker_id": "worker_id",
        },
    ),
    (
        "assessments",
        "ssd_cin_assessments",
        "cina",
        {
            "assessment_id": "id",
            "referral_id": "referral_id",
            "assessment_start_date": "started_on",
            "assessment_child_seen": _yes("child_seen"),
            "assessment_auth_date": "authorised_on",
            "assessment_outcome_json": _flags,
            "assessment_outcome_nfa": _yes("nfa"),
            "assessment_team": "team_id",
            "assessment_worker_id": "worker_id",
        },
    ),
    (
        "s47_enquiries",
        "ssd_s47_enquiry",
        "s47e",
        {
            "s47_enquiry_id": "id",
            "referral_id": "referral_id",
            "s47_start_date": "started_on",
            "s47_end_date": "ended_on",
            "s47_nfa": _yes("nfa"),
            "s47_outcome_json": _flags,
            "s47_completed_by_worker_id": "worker_id",
            "s47_completed_by_team": "team_id",
        },
    ),
    (
        "conferences",
        "ssd_initial_cp_conference",
        "icpc",
        {
            "icpc_id": "id",
            "s47_enquiry_id": "s47_id",
            "cp_plan_id": "plan_id",
            "referral_id": "referral_id",
            "icpc_transfer_in": lambda _fact: "N",
            "icpc_target_date": "target_on",
            "icpc_date": "held_on",
            "icpc_outcome_cp_flag": _yes("plan_made"),
            "icpc_outcome_json": _flags,
            "icpc_team": "team_id",
            "icpc_worker_id": "worker_id",
        },
    ),
    (
        "cp_plans",
        "ssd_cp_plans",
        "cppl",
        {
            "cp_plan_id": "id",
            "referral_id": "referral_id",
            "icpc_id": "conference_id",
            "cp_plan_start_date": "started_on",
            "cp_plan_end_date": "ended_on",
            "cp_plan_initial_category": "initial_category",
            "cp_plan_latest_category": "latest_category",
        },
    ),
    (
        "cp_reviews",
        "ssd_cp_reviews",
        "cppr",
        {
            "cp_review_id": "id",
            "cp_plan_id": "plan_id",
            "cp_review_due": "due_on",
            "cp_review_date": "held_on",
            "cp_review_outcome_continue_cp": _yes("continues"),
        },
    ),
    (
        "cp_visits",
        "ssd_cp_visits",
        "cppv",
        _visits("cp", cp_plan_id="plan_id"),
    ),
    (
        "cin_plans",
        "ssd_cin_plans",
        "cinp",
        {
            "cin_plan_id": "id",
            "referral_id": "referral_id",
            "cin_plan_start_date": "started_on",
            "cin_plan_end_date": "ended_on",
            "cin_plan_team": "team_id",
            "cin_plan_worker_id": "worker_id",
        },
    ),
    ("cin_visits", "ssd_cin_visits", "cinv", _visits("cin")),
    (
        "looked_after",
        "ssd_cla_episodes",
        "clae",
        {
            "cla_episode_id": "id",
            "cla_episode_start_date": "started_on",
            "cla_episode_start_reason": "start_reason",
            "cla_primary_need_code": "primary_need",
            "cla_episode_ceased_date": "ceased_on",
            "cla_episode_ceased_reason": "ceased_reason",
            "cla_id": "cla_id",
            "referral_id": "referral_id",
            "cla_placement_id": "placement_id",
            "entered_care_date": "entered_care_on",
        },
    ),
    (
        "placements",
        "ssd_cla_placement",
        "clap",
        {
            "cla_placement_id": "id",
            "cla_placement_start_date": "started_on",
            "cla_placement_type": "type",
            "cla_placement_urn": "urn",
            "cla_placement_distance": "distance",
            "cla_id": "cla_id",
            "cla_placement_provider": "provider",
            "cla_placement_postcode": "postcode",
            "cla_placement_end_date": "ended_on",
            "cla_placement_change_reason": "change_reason",
        },
    ),
    (
        "cla_visits",
        "ssd_cla_visits",
        "clav",
        _visits("cla", cla_id="plan_id"),
    ),
    (
        "legal_statuses",
        "ssd_legal_status",
        "lega",
        {
            "legal_status_id": "id",
            "legal_status": "status",
            "legal_status_start_date": "started_on",
            "legal_status_end_date": "ended_on",
        },
    ),
    (
        "missing",
        "ssd_missing",
        "miss",
        {
            "table_id": "id",
            "missing_episode_start_date": "started_at",
            "missing_episode_type": "type",
            "missing_episode_end_date": "ended_at",
            "missing_rhi_offered": _yes("rhi_offered"),
            "missing_rhi_accepted": _yes("rhi_accepted"),
        },
    ),
    (
        "involvements",
        "ssd_involvements",
        "invo",
        {
            "involvements_id": "id",
            "professional_id": "professional_id",
            "professional_role_id": "role",
            "professional_team": "team_id",
            "involvement_start_date": "started_on",
            "involvement_end_date": "ended_on",
            "worker_change_reason": "change_reason",
            "referral_id": "referral_id",
        },
    ),
    (
        "early_help",
        "ssd_early_help_episodes",
        "earl",
        {
            "episode_id": "id",
            "episode_start_date": "started_on",
            "episode_end_date": "ended_on",
            "episode_reason": "reason",
            "episode_end_reason": "end_reason",
            "episode_organisation": "organisation",
            "episode_worker_id": "worker_id",
        },
    ),
    (
        "adoption",
        "ssd_permanence",
        "perm",
        {
            "table_id": "id",
            "cla_id": "cla_id",
            "adm_decision_date": "decided_on",
            "placement_order_date": "placement_order_on",
        },
    ),
)


def rows(facts: SocialCareFacts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of one child's history, with its table."""
    for field, table, prefix, columns in _TABLES:
        for fact in getattr(facts, field):
            values = {f"{prefix}_{name}": _value(fact, column) for name, column in columns.items()}
            yield table, {f"{prefix}_person_id": facts.person_id, **values}
    for assessment in facts.assessments:
        yield (
            "ssd_assessment_factors",
            {
                "cinf_table_id": f"FAC-{assessment.id}",
                "cinf_assessment_id": assessment.id,
                "cinf_assessment_factors_json": msgspec.json.encode(assessment.factors).decode(),
            },
        )


def _value(fact: Any, column: _Column) -> Any:
    return getattr(fact, column) if isinstance(column, str) else column(fact)
