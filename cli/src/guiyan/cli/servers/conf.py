"""The configuration of nats-server, rendered from deploy/nats: accounts, users, permissions."""

from dataclasses import dataclass
from pathlib import Path

from guiyan.cli.keys import SERVICES, KeyFolder
from guiyan.cli.keys.files import write_secret
from guiyan.cli.servers import names
from guiyan.cli.servers.files import template

WRITERS_OF_KEYS = frozenset({"registry", "contact", "notifications"})
INGEST_DOOR = "registry"  # hands on what arrives at POST /v1/ingest


@dataclass(frozen=True)
class NatsConf:
    """The facts of one server; `render` makes its configuration file.

    `shared_by_tests` opens the permissions to every stream prefix and adds the user `admin`, who may do everything in
    APP: for test servers alone.
    """

    keys: KeyFolder
    store_dir: Path
    port: int = 4222
    host: str = "127.0.0.1"
    monitor_port: int = 8222
    monitor_host: str = "127.0.0.1"
    server_name: str = "guiyan"
    certificate: Path | None = None
    certificate_key: Path | None = None
    certificate_authority: Path | None = None
    cluster_listen: str = ""
    cluster_routes: tuple[str, ...] = ()
    encrypted: bool = False
    shared_by_tests: bool = False

    def render(self) -> str:
        """The text of the configuration file; the townships are those that have a seed in the key folder."""
        places = names.places(any_prefix=self.shared_by_tests)
        townships = [{"code": code, "nkey": self.keys.public_key(f"township-{code}")} for code in self.keys.townships()]
        account, exports = template("nats/township.account.template"), template("nats/township.exports.template")
        return template("nats/nats-server.conf.template").substitute(
            places,
            server_name=self.server_name,
            host=self.host,
            port=self.port,
            monitor_host=self.monitor_host,
            monitor_port=self.monitor_port,
            store_dir=self.store_dir,
            encryption="  cipher: aes\n  key: $GUIYAN_JETSTREAM_KEY\n" if self.encrypted else "",
            tls=self._tls(),
            cluster=self._cluster(),
            services="".join(self._service(service, places) for service in SERVICES),
            deploy_nkey=self.keys.public_key("deploy"),
            operator_nkey=self.keys.public_key("operator"),
            system_nkey=self.keys.public_key("system"),
            more_users=f"      {{ nkey: {self.keys.public_key('admin')} }}\n" if self.shared_by_tests else "",
            exports="".join(exports.substitute(places, **township) for township in townships),
            townships="".join(account.substitute(places, **township) for township in townships),
        )

    def _service(self, service: str, places: dict[str, str]) -> str:
        own = []
        if service in WRITERS_OF_KEYS:
            own.append(f'"$KV.{places["KEYS"]}.>"')
        if service == INGEST_DOOR:
            own.append(f'"{places["ingest"]}.*.*"')
            own.append(f'"$JS.API.DIRECT.GET.{places["INGEST"]}"')
        return template("nats/service.user.template").substitute(
            places,
            service=service,
            nkey=self.keys.public_key(service),
            own="".join(f", {subject}" for subject in own),
            and_keys=" and persons' keys" if service in WRITERS_OF_KEYS else "",
        )

    def _tls(self) -> str:
        if self.certificate is None:
            return ""
        return f'tls {{ cert_file: "{self.certificate}", key_file: "{self.certificate_key}", timeout: 5 }}\n'

    def _cluster(self) -> str:
        if not self.cluster_listen:
            return ""
        routes = ", ".join(f'"{route}"' for route in self.cluster_routes)
        # Servers know each other by certificates of one authority: whoever could join would be inside every account.
        return (
            f'cluster {{\n  name: "guiyan"\n  listen: "{self.cluster_listen}"\n  routes: [{routes}]\n'
            f'  tls {{ cert_file: "{self.certificate}", key_file: "{self.certificate_key}", '
            f'ca_file: "{self.certificate_authority}", verify: true, timeout: 5 }}\n}}\n'
        )


def write_conf(path: Path, conf: NatsConf) -> None:
    """Writes the configuration file, readable by its owner alone."""
    write_secret(path, conf.render(), replace=True)
