"""What every test may use: real servers, one set for a whole run (tests/servers.py)."""

pytest_plugins = ["tests.servers"]
