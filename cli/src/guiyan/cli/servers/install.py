"""The first step of an installation in containers: keys, the NATS configuration, and each service's own share of them.

`guiyan init --out FOLDER` writes:

    FOLDER/keys/                        every secret; for the operator and the deploy step alone
    FOLDER/nats-config/nats-server.conf
    FOLDER/services/<service>/          user.nk, mac.json, master.json, jwks.json: what that one service may hold;
                                        transfers: certificates.json besides; registry: sign-in.json
    FOLDER/services/console/            sessions.txt, and no key of the ledger

Idempotent: what is there stays, new townships are added.
"""

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from guiyan.cli.installation import CONSOLE
from guiyan.cli.keys import SERVICES, KeyFolder
from guiyan.cli.servers.conf import NatsConf, write_conf

SERVICE_UID = 10001
SIGNS = "transfers"
"""The one service that holds the key of the codes on activity certificates."""
SIGNS_IN = "registry"
"""The one service that holds the key of the tokens of local accounts."""
EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container; what is published is the operator's choice


def install(out: Path, townships: Sequence[str] = (), *, uid: int = SERVICE_UID) -> KeyFolder:
    """Makes what is missing under `out`; the services' files are given to user `uid` when root runs this."""
    keys = KeyFolder(out / "keys")
    keys.make_missing(townships)
    conf = NatsConf(keys, store_dir=Path("/data/jetstream"), host=EVERYWHERE, monitor_host=EVERYWHERE)
    write_conf(out / "nats-config" / "nats-server.conf", conf)
    for service in SERVICES:
        _hand_out(_share(keys, service), out / "services" / service, uid)
    _hand_out({"sessions.txt": keys.session_keys_file()}, out / "services" / CONSOLE, uid)
    return keys


def _share(keys: KeyFolder, service: str) -> dict[str, Path]:
    """What one service may hold."""
    share = {
        "user.nk": keys.nkey_seed_file(service),
        "mac.json": keys.mac_keys_file(service),
        "master.json": keys.master_keys_file(),
        "jwks.json": keys.jwks_file(),
    }
    if service == SIGNS:
        share["certificates.json"] = keys.certificate_keys_file()
    if service == SIGNS_IN:
        share["sign-in.json"] = keys.sign_in_keys_file()
    return share


def _hand_out(share: Mapping[str, Path], folder: Path, uid: int) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, secret in share.items():
        target = folder / name
        target.unlink(missing_ok=True)  # what an earlier run left is not writable, and may be older
        shutil.copyfile(secret, target)
        target.chmod(0o400)
    for path in (folder, *folder.iterdir()):
        with contextlib.suppress(PermissionError):  # not root: the files stay ours
            os.chown(path, uid, uid)
