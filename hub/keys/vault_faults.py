"""What a transit engine's refusals mean here: wait, mend, or somebody altered a row. Its words are never repeated."""

from http import HTTPStatus

import msgspec

from hub.errors import ConfigurationError, Unavailable
from hub.keys.sealing import SealBroken
from hub.outbound import Reply


class _Errors(msgspec.Struct, frozen=True):
    errors: tuple[str, ...] = ()


_errors = msgspec.json.Decoder(_Errors).decode


def refuse_unless_ok(reply: Reply, verb: str, key: str) -> None:
    """Raise Unavailable, ConfigurationError or SealBroken for a reply that is not 200, saying what to do."""
    if reply.status == HTTPStatus.OK:
        return
    if reply.status == HTTPStatus.FORBIDDEN:
        raise ConfigurationError(
            f"The transit engine refused the hub's token. Give it a policy that may update encrypt/{key} and "
            f"decrypt/{key} and read keys/{key}, and put a token that has not ended into the token file."
        )
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        raise Unavailable("The transit engine that holds the hub's keys is sealed. Tell your operator: unseal it.")
    if 300 <= reply.status < 400:
        raise ConfigurationError("The transit engine points to another address. Name the active one as its url.")
    if reply.status == HTTPStatus.NOT_FOUND:
        raise _missing(key)
    if reply.status == HTTPStatus.BAD_REQUEST:
        raise _of_bad_request(reply, verb, key)
    raise Unavailable("The transit engine that holds the hub's keys has a fault of its own. Tell your operator.")


def _of_bad_request(reply: Reply, verb: str, key: str) -> Exception:
    """Only what fails to authenticate was altered; all else that is refused is for an operator to mend."""
    try:
        said = " ".join(_errors(reply.body).errors)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = ""
    if "key not found" in said:
        return _missing(key)
    if "disallowed by policy" in said:
        return ConfigurationError(
            f"The transit key {key} no longer opens what an older version of it wrapped. Lower its "
            "min_decryption_version until hub keys status counts nothing that is old."
        )
    if verb == "decrypt" and ("authentication failed" in said or "invalid ciphertext" in said):
        return SealBroken(reasons=("seal-broken",))
    return ConfigurationError(
        f"The transit engine refused to {verb} with the key {key}. Let it be of type aes256-gcm96 and not derived."
    )


def _missing(key: str) -> ConfigurationError:
    return ConfigurationError(
        f"The transit engine has no key {key} at the mount that the settings name. Make it there, or put it back."
    )
