"""A mapping that cannot work is refused when the hub starts, with the file and the fault."""

from pathlib import Path

import msgspec
import pytest

from hub.connectors.manifest import Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson
from hub.errors import ConfigurationError

FOLDER = Path(__file__).parent / "education"
MAPPING = (FOLDER / "mapping.toml").read_text()
MANIFEST = (FOLDER / "manifest.toml").read_text().replace("{endpoint}", "http://127.0.0.1:1")

SECRET = "canary-secret"


def made(folder: Path, mapping: str, manifest: str = MANIFEST, secret: str | None = SECRET) -> None:
    (folder / "mapping.toml").write_text(mapping)
    read = msgspec.toml.decode(manifest, type=Manifest)
    RestJson(read, read_mapping("mapping.toml", folder), secret)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("/v2/pupils/{local_id}/attendance", "/v2/{key}", "request sessions has a placeholder {key}"),
        ("by-upn/{upn}", "by-upn/{nhs_number}", "find by upn has a placeholder {nhs_number}"),
        (
            '"birth_date", "given_name"]',
            '"birth_date", "given_name", "postcode"]',
            "the manifest searches by family_name",
        ),
        ('over = "pupil"', 'over = "pupils"', "fan_out.over is not the name of a request"),
        ('name = "sessions"', 'name = "pupil"', "two requests have the same name"),
        (
            'local_id = "links.pupil_ref"\noptional = true\n\n[[requests]]',
            "\n[[requests]]",
            "exactly one request gives",
        ),
        ('items = "results[].pupil"', 'items = "results[["', "is not a JMESPath expression"),
        ('path = "/v2/establishments/{key}"', 'path = "elsewhere"', "a path starts with a slash"),
        ("[fan_out]", "[fanout]", "unknown field `fanout`"),
        ('echo = "urn"', 'ecco = "urn"', "unknown field `ecco`"),
    ],
)
def test_faults_of_the_script_name_the_file(tmp_path: Path, before: str, after: str, fault: str) -> None:
    assert before in MAPPING
    with pytest.raises(ConfigurationError) as refused:
        made(tmp_path, MAPPING.replace(before, after))
    assert "mapping.toml" in refused.value.message
    assert fault in refused.value.message


@pytest.mark.parametrize(
    ("authentication", "secret"),
    [
        ('kind = "bearer"', None),
        ('kind = "api-key"', ""),
        ('kind = "oauth2-client-credentials"', "canary-secret"),
        ('kind = "oauth2-client-credentials"\nclient_id = "x"\ntoken_path = "http://elsewhere/"', "canary-secret"),
    ],
)
def test_missing_parts_of_authentication_are_refused_without_the_secret(
    tmp_path: Path, authentication: str, secret: str | None
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        made(tmp_path, MAPPING, MANIFEST.replace('kind = "bearer"', authentication), secret)
    assert "canary" not in str(refused.value)


def test_an_endpoint_that_is_no_http_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="schools"):
        made(tmp_path, MAPPING, MANIFEST.replace("http://127.0.0.1:1", "file:///etc"))
