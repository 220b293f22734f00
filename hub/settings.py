"""Settings: one TOML file, read once, frozen. ``docs/settings.md`` has a line for each."""

from pathlib import Path
from typing import Literal

import msgspec

from hub.domain.review import Thresholds
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
    conformance_days: float = 30


class MatchingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which probabilities a found person counts, and by which model they are reckoned."""

    match: float = 0.95
    potential: float = 0.85
    model: Path | None = None  # Splink's settings JSON; None: the model for children shipped with the hub

    def __post_init__(self) -> None:
        if not 0.5 <= self.potential <= self.match < 1:
            raise ValueError("matching: 0.5 <= potential <= match < 1")


class KeyProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What wraps the data keys of partners' secrets."""

    kind: Literal["file", "vault"] = "file"
    url: str | None = None  # of HashiCorp Vault or OpenBao; what it wrapped opens also while kind is file
    mount: str = "transit"
    key: str = "partnership-hub"
    token_file: Path | None = None
    namespace: str | None = None

    def __post_init__(self) -> None:
        if (self.url is None) != (self.token_file is None):
            raise ValueError("key_provider: url and token_file are given together")
        if self.kind == "vault" and self.url is None:
            raise ValueError("key_provider: kind vault needs url and token_file")


class WitnessSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One witness of the audit log, run by somebody else."""

    name: str
    url: str  # https, or http on this machine
    vkey: str  # as `hub witness init` printed it


class WitnessingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who cosigns the audit log's checkpoints, and how long the hub goes on without."""

    witnesses: tuple[WitnessSettings, ...] = ()
    push_seconds: float = 10
    alarm_seconds: float = 300
    seal_hours: float = 4
    start_without_witness: bool = False

    def __post_init__(self) -> None:
        names = [one.name for one in self.witnesses]
        keys = [one.vkey.partition("+")[0] for one in self.witnesses]
        if len({*names}) < len(names) or len({*keys}) < len(keys):
            raise ValueError("witnessing: each witness has a name and a vkey of its own")
        if not 0 < self.push_seconds < self.alarm_seconds <= self.seal_hours * 3600:
            raise ValueError("witnessing: push_seconds < alarm_seconds <= seal_hours")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a hub needs to be told. Paths are relative to the file they stand in."""

    store: str  # SQLAlchemy URL: sqlite+aiosqlite:///… or postgresql+psycopg://…
    audit: str  # sqlite:///… or postgresql://…
    keys: Path
    secrets: Path  # a folder with one file for each partner secret
    issuers: tuple[IssuerSettings, ...]
    manifests: Path | None = None  # sources that the operator declares; None: sources join by registration alone
    agreements: Path | None = None  # agreements that the operator declares
    policies: Path | None = None  # None: the policies shipped with the hub
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None  # how partners reach the hub; None: http at host and port
    audit_origin: str | None = None  # the name under which the log's checkpoints go; None: one made at random
    introspection: bool = False
    limits: LimitSettings = LimitSettings()
    matching: MatchingSettings = MatchingSettings()
    review: Thresholds = Thresholds()
    key_provider: KeyProviderSettings = KeyProviderSettings()
    witnessing: WitnessingSettings = WitnessingSettings()


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
        manifests=base / settings.manifests if settings.manifests else None,
        agreements=base / settings.agreements if settings.agreements else None,
        secrets=base / settings.secrets,
        policies=base / settings.policies if settings.policies else None,
        matching=msgspec.structs.replace(
            settings.matching, model=base / settings.matching.model if settings.matching.model else None
        ),
        key_provider=msgspec.structs.replace(
            settings.key_provider,
            token_file=base / settings.key_provider.token_file if settings.key_provider.token_file else None,
        ),
    )


def _path(kind: type, text: object) -> Path:
    if kind is Path and isinstance(text, str):
        return Path(text)
    raise NotImplementedError
