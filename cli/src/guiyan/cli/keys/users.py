"""NATS users as nkeys: the seed stays with the user, the server knows the public key only."""

import os
from pathlib import Path

import nkeys

from guiyan.cli.keys.files import write_secret


def make_user(path: Path) -> None:
    """Makes the seed file of a new NATS user; raises FileExistsError when it is there."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    write_secret(path, f"{seed.decode()}\n")


def public_key(path: Path) -> str:
    """The public key (`U…`) that belongs to the seed file at `path`."""
    pair = nkeys.from_seed(path.read_bytes().strip())
    return bytes(pair.public_key).decode()
