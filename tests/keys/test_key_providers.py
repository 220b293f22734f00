"""What both providers of keys promise, and what each says when its engine fails."""

import asyncio
import socket
from pathlib import Path

import pytest
from running_vault import HUBS, RunningVault
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from hub.errors import ConfigurationError, HubError, Unavailable
from hub.keys import (
    FileKeyProvider,
    FileKeys,
    KeyProvider,
    KeyProviders,
    SealBroken,
    Transit,
    VaultKeyProvider,
    Wrapped,
    rotate_keys,
)
from tests.fixtures.loopback import Serve

DATA_KEY = b"CANARY-data-key-of-32-bytes-long"


async def test_a_wrapped_key_opens_in_its_place_only(provider: KeyProvider) -> None:
    wrapped = await provider.wrap(DATA_KEY, b"here")
    assert await provider.unwrap(wrapped, b"here") == DATA_KEY
    assert DATA_KEY not in wrapped.wrapped
    assert wrapped.key_id == await provider.current()
    with pytest.raises(SealBroken):
        await provider.unwrap(wrapped, b"there")


async def test_an_altered_wrapping_or_a_false_key_id_does_not_open(provider: KeyProvider) -> None:
    wrapped = await provider.wrap(DATA_KEY, b"here")
    flipped = wrapped.wrapped[:-6] + bytes([wrapped.wrapped[-6] ^ 1]) + wrapped.wrapped[-5:]
    kind = wrapped.key_id.rpartition(":")[0]
    for altered in (Wrapped(wrapped.key_id, flipped), Wrapped(wrapped.key_id, b""), Wrapped(f"{kind}:v9", b"x")):
        with pytest.raises(SealBroken):
            await provider.unwrap(altered, b"here")
    with pytest.raises(SealBroken):
        await provider.unwrap(Wrapped(f"{kind}:v9", wrapped.wrapped), b"here")


async def test_after_a_rotation_old_keys_open_and_the_new_one_wraps(
    transit: VaultKeyProvider, vault: RunningVault, keys: FileKeys, tmp_path: Path
) -> None:
    local: KeyProvider = FileKeyProvider(keys)
    for provider, rotate in (
        (transit, vault.rotate),
        (local, lambda: rotate_keys(tmp_path / "keys.json", "sealing")),
    ):
        before = await provider.wrap(DATA_KEY, b"here")
        rotate()
        after = await provider.current()
        assert after != before.key_id
        assert (await provider.wrap(DATA_KEY, b"here")).key_id == after
        assert await provider.unwrap(before, b"here") == DATA_KEY


async def test_a_hub_moves_from_its_file_to_a_transit_engine_and_back(
    transit: VaultKeyProvider, keys: FileKeys
) -> None:
    both = {"file": FileKeyProvider(keys), "vault": transit}
    wrapped = [await KeyProviders(kind, both).wrap(DATA_KEY, b"here") for kind in both]
    for kind in both:
        assert [await KeyProviders(kind, both).unwrap(one, b"here") for one in wrapped] == [DATA_KEY] * 2
    alone = KeyProviders("file", {"file": FileKeyProvider(keys)})
    with pytest.raises(ConfigurationError, match="key_provider"):
        await alone.unwrap(wrapped[1], b"here")
    with pytest.raises(SealBroken):
        await alone.unwrap(Wrapped("elsewhere:1", b""), b"here")


async def test_a_sealed_engine_is_told_and_serves_again_when_unsealed(
    transit: VaultKeyProvider, vault: RunningVault
) -> None:
    wrapped = await transit.wrap(DATA_KEY, b"here")
    vault.act("sys/seal")
    with pytest.raises(Unavailable, match="unseal it"):
        await transit.unwrap(wrapped, b"here")
    vault.act("sys/unseal")
    assert await transit.unwrap(wrapped, b"here") == DATA_KEY


async def test_a_renewed_token_is_read_again_and_an_ended_one_told(
    transit: VaultKeyProvider, vault: RunningVault
) -> None:
    await transit.current()
    vault.act("auth/token/revoke", token=HUBS)
    with pytest.raises(ConfigurationError, match="put a token that has not ended into the token file") as refused:
        await transit.current()
    assert "CANARY" not in str(refused.value)
    vault.act("auth/token/create", token="renewed-CANARY")
    vault.token_file.write_text("renewed-CANARY")
    assert await transit.current()


@pytest.mark.parametrize("spoilt", ["", "two\nlines", "\x00"])
async def test_a_spoilt_token_file_leaves_the_token_held_in_force(
    transit: VaultKeyProvider, vault: RunningVault, spoilt: str
) -> None:
    await transit.current()
    vault.token_file.write_text(spoilt)
    with capture_logs() as events:
        assert await transit.current()
    assert [event["event"] for event in events] == ["token_file_refused"]


async def test_a_token_file_that_everybody_reads_or_that_is_missing_is_refused(vault: RunningVault) -> None:
    vault.token_file.chmod(0o604)
    with pytest.raises(ConfigurationError, match="chmod o="):
        await VaultKeyProvider(Transit(vault.url, vault.token_file)).current()
    vault.token_file.unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        await VaultKeyProvider(Transit(vault.url, vault.token_file)).current()


async def test_a_missing_key_a_wrong_kind_of_key_and_one_that_is_too_old_are_told_apart(
    transit: VaultKeyProvider, vault: RunningVault
) -> None:
    wrapped = await transit.wrap(DATA_KEY, b"here")
    vault.rotate()
    vault.act("transit/keys/partnership-hub/config", min_decryption_version=2)
    with pytest.raises(ConfigurationError, match="min_decryption_version"):
        await transit.unwrap(wrapped, b"here")
    vault.act("transit/keys/partnership-hub", "DELETE")
    for call in (transit.current(), transit.wrap(DATA_KEY, b"here"), transit.unwrap(wrapped, b"here")):
        with pytest.raises(ConfigurationError, match="has no key partnership-hub"):
            await call
    vault.act("transit/keys/partnership-hub", type="rsa-4096")
    with pytest.raises(ConfigurationError, match="aes256-gcm96"):
        await transit.current()


async def test_an_engine_that_is_down_is_unavailable_and_serves_when_it_is_back(
    transit: VaultKeyProvider, vault: RunningVault
) -> None:
    await transit.current()  # leaves a connection in the pool, which is stale afterwards
    vault.stop()
    with pytest.raises(Unavailable, match="cannot be reached") as refused:
        await transit.wrap(DATA_KEY, b"here")
    assert "CANARY" not in repr(refused.value)
    vault.restart()
    assert await transit.current()


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        (500, b"{}", Unavailable),
        (429, b"{}", Unavailable),
        (307, b"", ConfigurationError),
        (400, b"not json CANARY", ConfigurationError),
        (400, b'{"errors": ["something new CANARY"]}', ConfigurationError),
        (200, b"not json CANARY", Unavailable),
        (200, b"[]", Unavailable),
        (200, b'{"data": {"ciphertext": "CANARY", "type": "aes256-gcm96"}}', Unavailable),
    ],
)
async def test_whatever_an_engine_answers_is_a_refusal_that_repeats_none_of_it(
    serve: Serve, tmp_path: Path, status: int, body: bytes, refusal: type[HubError]
) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(body, status, {"Location": "http://elsewhere.example/"})(scope, receive, send)

    (tmp_path / "token").touch(0o600)
    (tmp_path / "token").write_text("token-CANARY")
    provider = VaultKeyProvider(Transit(await serve(answer), tmp_path / "token"))
    for call in (provider.current(), provider.wrap(DATA_KEY, b"here")):
        with pytest.raises(refusal) as refused:
            await call
        assert "CANARY" not in repr(refused.value)
    await provider.close()


async def test_a_connection_that_the_engine_closed_meanwhile_costs_no_failure(tmp_path: Path) -> None:
    told = b'{"data": {"ciphertext": "vault:v1:AAAA"}}'
    connections = []

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        for body in (told, b""):
            await reader.readuntil(b'"}')  # the end of what the hub sends
            if body:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        writer.close()  # as a request comes, without a word

    (tmp_path / "token").touch(0o600)
    (tmp_path / "token").write_text("token")
    async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        provider = VaultKeyProvider(Transit(f"http://127.0.0.1:{port}", tmp_path / "token"))
        wrapped = [await provider.wrap(DATA_KEY, b"here") for _ in range(3)]
        assert wrapped == [Wrapped("vault:transit/partnership-hub:v1", b"vault:v1:AAAA")] * 3
        await provider.close()
    assert len(connections) == 3


async def test_an_engine_that_never_answers_is_unavailable(vault: RunningVault) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        provider = VaultKeyProvider(Transit(url, vault.token_file), seconds=0.2)
        with pytest.raises(Unavailable):
            await provider.current()
        await provider.close()


@pytest.mark.parametrize(
    ("url", "mount", "key"),
    [
        ("http://vault.council.example", "transit", "hub"),
        ("https://user:word@vault.council.example", "transit", "hub"),
        ("https://vault.council.example/v1", "transit", "hub"),
        ("https://vault.council.example", "../sys", "hub"),
        ("https://vault.council.example", "transit", "hub/../../sys"),
        ("https://vault.council.example", "", "hub"),
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(url: str, mount: str, key: str) -> None:
    with pytest.raises(HubError):
        Transit(url, Path("token"), key, mount)
    assert Transit("https://vault.council.example:8200", Path("token"), "hub", "team/transit")
