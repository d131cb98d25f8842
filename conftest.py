"""What every test may use: real servers, one set for a whole run (tests/servers.py); no test is about its own speed."""

from hypothesis import settings

pytest_plugins = ["tests.servers"]
settings.register_profile("guiyan", deadline=None)
settings.load_profile("guiyan")
