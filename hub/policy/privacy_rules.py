"""What a privacy officer settles as data: what a person is told of accesses, and for how long content is kept."""

from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from hub.domain.categories import Category
from hub.domain.retention import RetentionRules
from hub.domain.subject_access import TellingRules
from hub.errors import ConfigurationError

TELLING, RETENTION = "subject-access.toml", "retention.toml"
_Rules = TypeVar("_Rules", TellingRules, RetentionRules)


def read_telling_rules(folder: Path) -> TellingRules:
    """The rules of a policy folder. Raises ConfigurationError naming what to mend."""
    rules, text = _read(folder, TELLING, TellingRules)
    if unknown := sorted(rules.others.categories - set(Category)):
        raise ConfigurationError(f"{TELLING} names categories that there are not: {', '.join(unknown)}.")
    if len({one.id for one in rules.waits}) != len(rules.waits):
        raise ConfigurationError(f"{TELLING} gives one id to two rules.")
    return msgspec.structs.replace(rules, version=sha256(text).hexdigest()[:12])


def read_retention_rules(folder: Path) -> RetentionRules:
    """The periods of a policy folder. Raises ConfigurationError naming what to mend."""
    return _read(folder, RETENTION, RetentionRules)[0]


def _read(folder: Path, name: str, kind: type[_Rules]) -> tuple[_Rules, bytes]:
    try:
        text = (folder / name).read_bytes()
        return msgspec.toml.decode(text, type=kind), text
    except OSError as fault:
        raise ConfigurationError(f"{name} cannot be read from {folder}.") from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{name} is not usable: {fault}") from fault
