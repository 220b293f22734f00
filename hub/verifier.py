"""Verify an audit bundle of a Partnership Hub: ``python verifier.py BUNDLE --key VKEY [--witness VKEY ...]``.

It needs Python 3.11 alone, and no network. docs/audit-bundle.md has the format. Exit 0: shown; 1: not; 2: unreadable.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

VerifierKey = tuple[str, bytes, bytes]  # name, id, public key
Point = tuple[int, int, int, int]  # on the curve, in extended coordinates (RFC 8032, section 5.1.4)
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
NOTE = r"\A(.+\n(0|[1-9][0-9]*)\n(.+)\n(?:.+\n)*)\n((?:\u2014 \S+ \S+\n)+)\Z"  # C2SP: text, size, root, signatures
D, BASE = -121665 * pow(121666, -1, P) % P, (4 * pow(5, -1, P) % P).to_bytes(32, "little")


class NotShown(Exception):
    """Something in the bundle is not as it says."""


def require(holds: object, otherwise: str) -> None:
    """Raise NotShown unless something holds."""
    if not holds:
        raise NotShown(otherwise)


def decoded(text: str) -> bytes:
    """The bytes of a text in base64, which is written in one way alone."""
    require(base64.b64encode(raw := base64.b64decode(text)).decode() == text, "this is not how base64 is written")
    return raw


def plus(a: Point, b: Point) -> Point:
    """The sum of two points."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, z - t, z + t, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(count: int, point: Point) -> Point:
    """A point, added to itself so often."""
    even = times(count >> 1, plus(point, point)) if count else (0, 1, 1, 0)
    return plus(even, point) if count & 1 else even


def point_of(raw: bytes) -> Point | None:
    """The point that 32 bytes stand for; None where they stand for none."""
    y, odd = int.from_bytes(raw, "little") & (1 << 255) - 1, raw[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x if x * x % P == x2 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != x2 or (x == 0 and odd):
        return None
    return (x, y, 1, x * y % P) if x & 1 == odd else (P - x, y, 1, (P - x) * y % P)


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 key made a signature (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    base, key, r, s = *map(point_of, (BASE, public, signature[:32])), int.from_bytes(signature[32:], "little")
    if base is None or key is None or r is None or s >= ORDER or times(8, key)[0] == 0:  # of small order
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    a, b = times(s, base), plus(r, times(k, key))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def climbed(place: int, last: int, hashed: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    """Where a path leads: the root without all that it adds on the right, and the root (RFC 9162, section 2.1)."""
    require(all(len(one) == 32 for one in (hashed, *path)), "a hash has 32 bytes")
    former = current = hashed
    for one in path:
        require(last, "a path is too long")
        if place & 1 or place == last:
            former, current = (hashlib.sha256(b"\x01" + one + right).digest() for right in (former, current))
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = hashlib.sha256(b"\x01" + current + one).digest()
        place, last = place >> 1, last >> 1
    require(last == 0, "a path is too short")
    return former, current


def require_continued(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> None:
    """Raise NotShown unless the new tree begins with the old one (RFC 9162, section 2.1.4.2)."""
    require(0 < old < new and path, "an older checkpoint is of fewer entries, but of some")
    place, last = (end - 1 >> (old & -old).bit_length() - 1 for end in (old, new))  # above what the old tree ends with
    first, *steps = path if place else [old_root, *path]
    require(climbed(place, last, first, steps) == (old_root, new_root), "the log does not continue its older one")


def key_of(vkey: str, kind: int = 1) -> VerifierKey:
    """A verifier key as it is handed on; of a kind, 1 for a log's, 4 for a witness's."""
    name, told, text = vkey.strip().split("+", 2)
    key_id = hashlib.sha256(name.encode() + b"\n" + (raw := decoded(text))).digest()[:4]
    require((key_id.hex(), len(raw), raw[0]) == (told, 33, kind), f"this is no verifier key of that kind: {vkey}")
    return name, key_id, raw[1:]


def parsed(note: str) -> tuple[str, int, bytes, list[tuple[str, bytes]]]:
    """A checkpoint's text, its size and root, and the name and content of each signature line."""
    [(text, size, root, lines)] = re.findall(NOTE, note)  # just one, or it is no checkpoint
    return text, int(size), decoded(root), [(name, decoded(told)) for name, told in re.findall(r"(\S+) (\S+)\n", lines)]


def trusted_keys(given: list[VerifierKey], links: list[dict[str, str]]) -> list[VerifierKey]:
    """The given keys, and those that are tied to them: a former key names its successor, which agrees."""
    trusted = list(given)
    for one in links:
        former, successor = pair = key_of(one["former"]), key_of(one["vkey"])
        text = b"partnership-hub log key\n%b\nis followed by\n%b\n" % tuple(base64.b64encode(key[2]) for key in pair)
        for known, other, word in ((former, successor, one["signature"]), (successor, former, one["agreed"])):
            if known in trusted and other not in trusted and signed_by(known[2], decoded(word), text):
                trusted.append(other)
    return trusted if len(trusted) == len(given) else trusted_keys(trusted, links)  # in whichever order they stand


def by_the_log(note: str, origin: str, trusted: list[VerifierKey]) -> tuple[int, bytes]:
    """A checkpoint's size and root, once it is shown that the log signed it."""
    text, size, root, lines = parsed(note)
    require(text.split("\n")[0] == origin, "the checkpoint is of a log of another name")
    made = [(key[2], told[4:]) for key in trusted for name, told in lines if (name, told[:4]) == key[:2]]
    require(any(signed_by(key, one, text.encode()) for key, one in made), "no trusted key signed it")
    return size, root


def cosigned(note: str, vkey: str) -> str:
    """When a witness signed a checkpoint."""
    (text, _, _, lines), (witness, key_id, public) = parsed(note), key_of(vkey, 4)
    for made in (told[4:] for name, told in lines if (name, told[:4]) == (witness, key_id)):
        at = int.from_bytes(made[:8], "big")
        if at < 2**37 and signed_by(public, made[8:], f"cosignature/v1\ntime {at}\n{text}".encode()):
            return f"The witness {witness} saw it at {datetime.fromtimestamp(at, UTC).isoformat()}."
    raise NotShown(f"that the witness {witness} saw this checkpoint")


def shown(one: dict[str, Any], size: int, root: bytes) -> str:
    """What is shown of an entry."""
    index, hashed, path = one["index"], decoded(one["hash"]), [decoded(step) for step in one["path"]]
    require(type(index) is int and type(one["path"]) is list, "an index is a number, and a path a list")
    require(0 <= index < size and climbed(index, size - 1, hashed, path)[1] == root, f"entry {index} is not in it")
    leaf = None if one["leaf"] is None else b"\x00" + decoded(one["leaf"])
    require(leaf is None or hashlib.sha256(leaf).digest() == hashed, f"the content of entry {index} was altered")
    said = f"Entry {index} is in it"
    return f"{said}, and says: {leaf[1:].decode()}" if leaf else f"{said}. What it says is not in the bundle."


def verify(bundle: dict[str, Any], keys: list[str], witnesses: list[str], links: list[dict[str, str]]) -> list[str]:
    """What the bundle shows, a sentence each. Raises NotShown."""
    require((bundle["format"], repr(bundle["version"])) == ("partnership-hub/audit-bundle", "1"), "a known format")
    origin, trusted = bundle["origin"], trusted_keys([key_of(one) for one in keys], [*bundle["keys"], *links])
    require({one[0] for one in trusted} == {origin}, "--key takes keys of this very log")
    size, root = by_the_log(bundle["checkpoint"], origin, trusted)
    said, entries = [f"The log {origin} signed a checkpoint of {size} entries."], bundle["entries"]
    require(type(entries) is list and len({one["index"] for one in entries}) == len(entries), "an entry is there twice")
    said += [shown(one, size, root) for one in entries] or ["No entry is shown: this checkpoint, and nothing else."]
    if (older := bundle["consistency"]) is not None:
        old, old_root = by_the_log(older["checkpoint"], origin, trusted)
        require(type(older["path"]) is list, "a path is a list")
        require_continued(old, old_root, size, root, [decoded(step) for step in older["path"]])
        said.append(f"It continues its older checkpoint of {old} entries, root {base64.b64encode(old_root).decode()}.")
    said += [cosigned(bundle["checkpoint"], one) for one in witnesses]
    return said if witnesses else [*said, "NOT shown: that others see the same log. No witness's key was given."]


def main(words: list[str] | None = None) -> int:
    """Verify, say what was shown, and return the exit code. An object in which a name stands twice is none."""
    parser = argparse.ArgumentParser(prog="verifier.py", description="Verify an audit bundle of a Partnership Hub.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", action="append", required=True, help="a verifier key of the log that you trust")
    parser.add_argument("--witness", action="append", default=[], help="the verifier key of a witness that you trust")
    parser.add_argument("--keys", type=Path, help="the log's published keys, where it has taken new ones since")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    strict = json.JSONDecoder(object_pairs_hook=lambda pairs: dict(pairs) if len(dict(pairs)) == len(pairs) else pairs)
    try:
        links = strict.decode(asked.keys.read_text(encoding="utf-8"))["keys"] if asked.keys else []
        said, code = verify(strict.decode(asked.bundle.read_text(encoding="utf-8")), asked.key, asked.witness, links), 0
    except NotShown as refusal:
        said, code = [f"NOT shown: {refusal}."], 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as fault:
        said, code = [f"This cannot be read as a bundle and keys ({type(fault).__name__})."], 2
    plain = "\n".join("".join(one if one.isprintable() else "?" for one in line) for line in said)
    told, letters = json.dumps({"shown": code == 0, "said": said}) if asked.json else plain, sys.stdout.encoding
    sys.stdout.write(told.encode(letters or "ascii", "backslashreplace").decode(letters or "ascii") + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
