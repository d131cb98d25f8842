"""Names of streams and subjects: plain in an installation, prefixed where many tests share one server.

With prefix `t1_` the stream LEDGER is `t1_LEDGER`, the subject `evt.a.b.c` is `t1_evt.a.b.c`, and the bucket KEYS is
`t1_KEYS`, whose stream is `KV_t1_KEYS` as every key-value client expects.
"""

STREAMS = ("LEDGER", "INGEST", "RECEIPTS", "KV_KEYS", "KV_CLOCK")
FAMILIES = ("evt", "ingest", "receipt", "svc")
BUCKETS = ("KEYS", "CLOCK")
KV_STREAM = "KV_"
KV_SUBJECT = "$KV."


def stream(name: str, prefix: str) -> str:
    """The name of stream `name` under `prefix`."""
    if name.startswith(KV_STREAM):
        return f"{KV_STREAM}{prefix}{name.removeprefix(KV_STREAM)}"
    return prefix + name


def subject(plain: str, prefix: str) -> str:
    """The subject `plain` under `prefix`."""
    if plain.startswith(KV_SUBJECT):
        return f"{KV_SUBJECT}{prefix}{plain.removeprefix(KV_SUBJECT)}"
    return prefix + plain


def places(*, any_prefix: bool) -> dict[str, str]:
    """What the names stand for in permissions: themselves, or a wildcard on a server that tests share."""
    return {name: "*" if any_prefix else name for name in (*STREAMS, *FAMILIES, *BUCKETS)}
