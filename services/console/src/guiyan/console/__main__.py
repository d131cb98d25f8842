"""`python -m guiyan.console`: runs the console until it is told to stop."""

from guiyan.console.app import Console
from guiyan.console.settings import ConsoleSettings
from guiyan.service.process import run
from guiyan.service.process_settings import load_or_exit

if __name__ == "__main__":
    settings = load_or_exit(ConsoleSettings)
    run(settings, lambda: Console(settings))
