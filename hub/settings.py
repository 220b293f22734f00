"""Settings: one TOML file, read once, frozen. ``docs/settings.md`` has a line for each."""

from pathlib import Path

import msgspec

from hub.errors import ConfigurationError


class IssuerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One issuer of bearer tokens that this hub trusts."""

    issuer: str
    audience: str
    jwks_url: str
    algorithms: tuple[str, ...] = ("ES256", "PS256", "EdDSA")
    email_domains: tuple[str, ...] = ()


class LimitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long things may take or last, and how much the hub takes on."""

    question_seconds: float = 4.0
    find_share: float = 0.5
    ask_share: float = 0.85
    red_hours: float = 4
    amber_hours: float = 24
    green_hours: float = 72
    glass_minutes: float = 60
    concurrent_requests: int = 256
    body_seconds: float = 5.0
    evidence_seconds: float = 1.0


class MatchingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which probabilities a found person counts, and by which model they are reckoned."""

    match: float = 0.95
    potential: float = 0.85
    model: Path | None = None  # Splink's settings JSON; None: the model for children shipped with the hub

    def __post_init__(self) -> None:
        if not 0.5 <= self.potential <= self.match < 1:
            raise ValueError("matching: 0.5 <= potential <= match < 1")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a hub needs to be told. Paths are relative to the file they stand in."""

    store: str  # SQLAlchemy URL: sqlite+aiosqlite:///… or postgresql+psycopg://…
    audit: str  # sqlite:///… or postgresql://…
    keys: Path
    manifests: Path
    agreements: Path
    secrets: Path  # a folder with one file for each partner secret
    issuers: tuple[IssuerSettings, ...]
    policies: Path | None = None  # None: the policies shipped with the hub
    host: str = "127.0.0.1"
    port: int = 8000
    introspection: bool = False
    limits: LimitSettings = LimitSettings()
    matching: MatchingSettings = MatchingSettings()


def read_settings(path: Path) -> Settings:
    """Read a settings file. Raises ConfigurationError naming the file and the fault."""
    try:
        settings = msgspec.toml.decode(path.read_bytes(), type=Settings, dec_hook=_path)
    except (OSError, msgspec.DecodeError) as fault:
        raise ConfigurationError(f"{path.name} is not a usable settings file: {fault}") from fault
    base = path.parent
    return msgspec.structs.replace(
        settings,
        keys=base / settings.keys,
        manifests=base / settings.manifests,
        agreements=base / settings.agreements,
        secrets=base / settings.secrets,
        policies=base / settings.policies if settings.policies else None,
        matching=msgspec.structs.replace(
            settings.matching, model=base / settings.matching.model if settings.matching.model else None
        ),
    )


def _path(kind: type, text: object) -> Path:
    if kind is Path and isinstance(text, str):
        return Path(text)
    raise NotImplementedError
