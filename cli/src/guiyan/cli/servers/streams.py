"""Streams and consumers as files in the raw JetStream API's JSON, and how a server's differ from them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guiyan.cli.servers import names
from guiyan.cli.servers.files import deploy_folder

Config = dict[str, Any]


@dataclass(frozen=True)
class Consumer:
    """A durable consumer of a stream."""

    stream: str
    config: Config


def load_streams(prefix: str = "", replicas: int = 1) -> list[Config]:
    """The streams of an installation, under `prefix`, with `replicas` copies each."""
    return [_under(prefix, _read(f"streams/{name}.json"), replicas) for name in names.STREAMS]


def load_consumers(prefix: str = "") -> list[Consumer]:
    """The durable consumers, under `prefix`."""
    requests = [_read(f"consumers/{path.name}") for path in sorted((deploy_folder() / "nats/consumers").glob("*.json"))]
    return [
        Consumer(
            names.stream(request["stream_name"], prefix),
            request["config"]
            | {"filter_subjects": [names.subject(plain, prefix) for plain in request["config"]["filter_subjects"]]},
        )
        for request in requests
    ]


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Each setting that differs, as `setting: is x, should be y`; a setting the server leaves out is its zero."""
    return [
        f"{key}: is {json.dumps(_shown(found, key, value))}, should be {json.dumps(value)}"
        for key, value in wanted.items()
        if _shown(found, key, value) != value
    ]


def _shown(found: Mapping[str, Any], key: str, like: Any) -> Any:
    return found[key] if key in found else type(like)()


def _read(name: str) -> Config:
    document: Config = json.loads((deploy_folder() / "nats" / name).read_text(encoding="utf-8"))
    return document


def _under(prefix: str, config: Config, replicas: int) -> Config:
    return config | {
        "name": names.stream(config["name"], prefix),
        "subjects": [names.subject(plain, prefix) for plain in config["subjects"]],
        "num_replicas": replicas,
    }
