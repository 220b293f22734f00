"""An agreement to be changed."""

import json
from typing import Any

from hub.domain.identifiers import SourceId

HEALTH = SourceId("example-health")
ONE = "Example Trust"


def document(**changes: Any) -> dict[str, Any]:
    return {
        "id": "example-health",
        "version": 1,
        "source": HEALTH,
        "source_agency": "health",
        "parties": [
            {"organisation": ONE, "role": "discloser", "agency": "health", "code": "RX1"},
            {"organisation": "Example Council", "role": "recipient", "agency": "social-care"},
        ],
        "purposes": ["SCREEN", "S47"],
        "rules": [
            {"mode": "content", "tiers": ["T0", "T1"], "recipients": {"agencies": ["social-care"]}},
            {
                "mode": "content",
                "purposes": ["S47"],
                "tiers": ["T2", "T3"],
                "recipients": {"roles": ["mash_social_worker"]},
            },
        ],
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "review_date": "2026-10-01",
        "signatories": [
            {"name": "A", "role": "guardian", "organisation": ONE, "signed_on": "2025-12-01"},
            {"name": "B", "role": "lead", "organisation": "Example Council", "signed_on": "2025-12-01"},
        ],
        **changes,
    }


def encoded(told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode()
