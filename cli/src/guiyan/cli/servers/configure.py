"""Writes nats-server's configuration for a server that something else starts, as in production.

`python -m guiyan.cli.servers.configure --keys KEYS --out FILE`; deploy/nats/README.md shows it at work.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers.conf import NatsConf, write_conf


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the missing keys and writes the configuration."""
    parser = argparse.ArgumentParser(prog="python -m guiyan.cli.servers.configure", description=main.__doc__)
    parser.add_argument("--keys", type=Path, required=True, help="the installation's key folder; missing keys are made")
    parser.add_argument("--out", type=Path, required=True, help="the configuration file to write")
    parser.add_argument("--township", action="append", default=[], help="12-digit code of a township with an account")
    parser.add_argument("--listen", default="127.0.0.1:4222", help="address and port for clients")
    parser.add_argument("--monitor", default="127.0.0.1:8222", help="address and port for monitoring")
    parser.add_argument("--store", type=Path, default=Path("/data/jetstream"), help="where JetStream keeps its files")
    parser.add_argument("--name", default="guiyan", help="the server's name, unique in its cluster")
    parser.add_argument("--certificate", type=Path, help="certificate chain (PEM): turns TLS on")
    parser.add_argument("--certificate-key", type=Path, help="its private key (PEM)")
    parser.add_argument(
        "--certificate-authority", type=Path, help="certificates (PEM) by which a cluster's servers know each other"
    )
    parser.add_argument("--cluster-listen", default="", help="address and port for the other servers of a cluster")
    parser.add_argument("--route", action="append", default=[], help="nats-route://host:port of a cluster's server")
    parser.add_argument("--encrypted", action="store_true", help="encrypt the files with $GUIYAN_JETSTREAM_KEY")
    chosen = parser.parse_args(arguments)
    if chosen.cluster_listen and not (chosen.certificate and chosen.certificate_key and chosen.certificate_authority):
        parser.error("a cluster needs --certificate, --certificate-key and --certificate-authority")
    keys = KeyFolder(chosen.keys)
    keys.make_missing(chosen.township)
    host, port = chosen.listen.rsplit(":", 1)
    monitor_host, monitor_port = chosen.monitor.rsplit(":", 1)
    write_conf(
        chosen.out,
        NatsConf(
            keys=keys,
            store_dir=chosen.store,
            host=host,
            port=int(port),
            monitor_host=monitor_host,
            monitor_port=int(monitor_port),
            server_name=chosen.name,
            certificate=chosen.certificate,
            certificate_key=chosen.certificate_key,
            certificate_authority=chosen.certificate_authority,
            cluster_listen=chosen.cluster_listen,
            cluster_routes=tuple(chosen.route),
            encrypted=chosen.encrypted,
        ),
    )


if __name__ == "__main__":
    main()
