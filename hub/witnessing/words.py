"""What is said when a log and its witness do not agree: what happened, and what to do."""

_NEXT = "docs/witness.md says how to find out why, and how to go on."

UNNAMED = (
    "The settings name witnesses and no audit_origin: over an emptied database the hub would begin another log, which "
    "none of them follows. Set audit_origin to what `hub audit origin --config FILE` prints, or to a name of your "
    "choice where no log was begun yet."
)

ALTERED = "The audit log's newest checkpoint was altered in its database. Nothing is disclosed. Run: hub audit fsck."

STOPPED = (
    "The hub cannot compare its audit log with its witnesses any more: what the log's database holds, or what a "
    "witness said, cannot be understood. Nothing is disclosed. Run: hub audit fsck."
)


def behind(size: int, witnessed: int, witness: str) -> str:
    """The log has fewer entries than were cosigned."""
    return (
        f"The audit log has {size} entries, and {witness} cosigned {witnessed}: entries that were durable are gone, as "
        "when an old backup was put back. Nothing is disclosed. Put back the newest copy of the database; where there "
        f"is none, go on with a signed gap record: hub audit gap. {_NEXT}"
    )


def forked(size: int, witness: str) -> str:
    """The log does not continue what was cosigned."""
    return (
        f"The audit log is not the one that {witness} cosigned with {size} entries: it was altered, or two copies "
        "of it went on, each by itself. Nothing is disclosed. Keep every copy; put back the one that was cosigned, "
        f"or go on with a signed gap record: hub audit gap. {_NEXT}"
    )


def not_following(witness: str, origin: str, *, key_unknown: bool) -> str:
    """The witness does not know the log, or its key."""
    what = f"does not trust the present key of the log {origin}" if key_unknown else f"does not follow the log {origin}"
    return f"{witness} {what}: its administrator runs `hub witness trust` with what `hub audit origin` prints."


def waiting(reasons: tuple[str, ...]) -> str:
    """Nothing is disclosed until a witness has answered."""
    told = " ".join(reasons) or "None has been asked yet."
    return f"Nothing is disclosed until a witness has confirmed the audit log. {told}"


def unwitnessed(seconds: float, reasons: tuple[str, ...]) -> str:
    """The alarm."""
    return f"For {seconds:.0f} s no witness has cosigned what was recorded. {' '.join(reasons)}".strip()


def sealed(seconds: float) -> str:
    """The end of patience."""
    return (
        f"For {seconds:.0f} s no witness has cosigned what was recorded, which is longer than the settings let the hub "
        "go on. Mend the way to a witness, and start the hub again."
    )
