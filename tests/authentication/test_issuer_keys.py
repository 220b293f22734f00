"""Keys are fetched when needed, refreshed seldom, and never symmetric."""

from typing import Any

import pytest
from signing import AUDIENCE, ISSUER

from hub.authentication.issuers import Issuer
from hub.authentication.keys import REFRESH_SECONDS, STALE_SECONDS, KeyRing, read_keys
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.errors import ConfigurationError, Unauthenticated, Unavailable

ADDRESS = "https://sign-in.example.test/keys"


class Publisher:
    """Publishes a key set, or fails; counts how often it was asked; keeps the time."""

    def __init__(self, document: Any) -> None:
        self.document, self.asked, self.time = document, 0, 1000.0

    async def fetch(self, address: str) -> Any:
        assert address == ADDRESS
        self.asked += 1
        if self.document is None:
            raise SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached")
        return self.document

    def ring(self) -> KeyRing:
        issuer = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks_url=ADDRESS)
        return KeyRing(issuer, self.fetch, lambda: self.time)


async def test_keys_are_fetched_once_and_unknown_ids_make_us_look_again_at_most_every_thirty_seconds(key_set):
    publisher = Publisher(key_set)
    ring = publisher.ring()
    await ring.key("es", "ES256")
    for _ in range(50):
        with pytest.raises(Unauthenticated):
            await ring.key("nobody", "ES256")
    assert publisher.asked == 1
    publisher.time += REFRESH_SECONDS + 1
    with pytest.raises(Unauthenticated):
        await ring.key("nobody", "ES256")
    assert publisher.asked == 2


async def test_a_new_key_is_found_and_a_withdrawn_key_is_forgotten(key_set):
    publisher = Publisher({"keys": key_set["keys"][:1]})
    ring = publisher.ring()
    await ring.key("es", "ES256")
    publisher.document = {"keys": key_set["keys"][1:2]}
    publisher.time += REFRESH_SECONDS + 1
    await ring.key("ps", "PS256")
    with pytest.raises(Unauthenticated):
        await ring.key("es", "ES256")


async def test_an_issuer_that_cannot_be_reached_is_forgiven_for_a_while_and_no_longer(key_set):
    publisher = Publisher(key_set)
    ring = publisher.ring()
    await ring.key("es", "ES256")
    publisher.document = None
    publisher.time += STALE_SECONDS + 1
    assert await ring.key("es", "ES256")
    publisher.time += STALE_SECONDS
    with pytest.raises(Unavailable):
        await ring.key("es", "ES256")


async def test_keys_that_could_never_be_read_are_the_hubs_fault_and_not_the_callers():
    ring = Publisher(None).ring()
    for _ in range(2):
        with pytest.raises(Unavailable):
            await ring.key("es", "ES256")


async def test_a_published_secret_spoils_the_set_and_the_last_good_one_stays(key_set, keys):
    publisher = Publisher(key_set)
    ring = publisher.ring()
    await ring.key("es", "ES256")
    publisher.document = {"keys": [*key_set["keys"], keys["symmetric"].as_dict(private=True)]}
    publisher.time += REFRESH_SECONDS + 1
    with pytest.raises(Unauthenticated):
        await ring.key("secret", "ES256")
    assert await ring.key("es", "ES256")


@pytest.mark.parametrize("document", [None, [], {}, {"keys": {}}, {"keys": [5]}, {"keys": [{"kty": "oct", "k": "AA"}]}])
def test_what_is_not_a_usable_key_set_is_refused_whole(document: Any):
    with pytest.raises(ConfigurationError):
        read_keys(document, ("ES256",))


def test_a_key_that_means_nothing_to_us_is_left_out(key_set, keys):
    odd = [
        {"kty": "AKP", "kid": "quantum"},
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": 7, "kid": "odd"},
        {**key_set["keys"][0], "kid": 7},
        {**key_set["keys"][0], "kid": "enc", "use": "enc"},
        keys["ES256"].as_dict(private=True) | {"kid": "private"},
    ]
    assert set(read_keys({"keys": odd + key_set["keys"]}, ("ES256",))) == {("es", "ES256")}
