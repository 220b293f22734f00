"""What a decision about a question rested on, as evidence keeps it: enough to decide it again years later."""

from datetime import date

import msgspec


class FamilySaid(msgspec.Struct, frozen=True):
    """What a family had agreed to: since when, and to which agencies. Never who."""

    given_on: date
    agencies: tuple[str, ...]


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What evidence does not say anyway: who asked, for whom, in which roles and for what purpose stands beside it.

    ``register`` and ``verdicts`` are digests of documents in the archive: the sources, agreements and policies
    in force, and every verdict that came of them. Empty: nothing was archived.
    """

    day: date  # in the United Kingdom: agreements hold by the day
    glass_broken: bool = False
    family: FamilySaid | None = None
    kinds: tuple[str, ...] | None = None  # kinds of record that were selected; None for all
    only: tuple[str, ...] | None = None  # sources that were selected; None for all
    register: str = ""
    verdicts: str = ""
    began: str = ""  # the verdicts by which sources were asked, where others stood when they had answered
    began_register: str = ""  # the register by which they were asked, where another stood when they had answered
