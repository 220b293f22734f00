"""What somebody does who has every key of the hub: alters an entry and makes all that follows fit it."""

from random import Random

import msgspec
from stored_tables import StoredTables

from hub.audit.contents import ContentKey, cipher_of, opened
from hub.audit.leaf import leaf_bytes, read_leaf
from hub.audit.merkle import Frontier, leaf_hash
from hub.audit.notes import Checkpoint, Kind, VerifierKey, parse_checkpoint, parse_note, signed
from hub.keys import LogKeys


def rewrite_from(tables: StoredTables, keys: LogKeys, index: int, random: Random) -> None:
    """Let an entry name somebody else, hash it and all above it again, and sign every checkpoint anew."""
    rows = tables.rows
    row = rows["audit_leaves"][index,]
    key = ContentKey(**rows["audit_keys"][row["key"],])
    cipher = cipher_of(key, keys)
    leaf = read_leaf(opened(index, row["leaf"], row["hash"], cipher))
    content = leaf_bytes(msgspec.structs.replace(leaf, principal=f"somebody-{random.random()}"))
    hashed = leaf_hash(content)
    sealed = cipher.seal(content, index.to_bytes(8, "big") + hashed)
    principal = read_leaf(content).principal
    tables.change("audit_leaves", (index,), {"hash": hashed, "leaf": sealed, "principal": principal})
    _hash_and_sign_again(tables, keys, index, hashed)
    for found in rows["audit_cosignatures"]:
        if found[1] > index:
            tables.delete("audit_cosignatures", found)


def _hash_and_sign_again(tables: StoredTables, keys: LogKeys, index: int, hashed: bytes) -> None:
    tree, signer = Frontier(), keys.log_key()
    checkpoints = tables.rows["audit_checkpoints"]
    for (place,), row in sorted(tables.rows["audit_leaves"].items()):
        for node in tree.append([hashed if place == index else row["hash"]]):
            if node.hash != tables.rows["audit_nodes"][node.level, node.place]["hash"]:
                tables.change("audit_nodes", (node.level, node.place), {"hash": node.hash})
        if place >= index and (place + 1,) in checkpoints:
            origin = parse_checkpoint(parse_note(checkpoints[place + 1,]["note"]).text).origin
            body = Checkpoint(origin, tree.size, tree.root()).body()
            note = signed(body, VerifierKey(origin, Kind.LOG, signer.public), signer.sign(body.encode()))
            tables.change("audit_checkpoints", (place + 1,), {"note": note.render()})
