"""`python -m guiyan.registry`: runs the registry until it is told to stop."""

from guiyan.registry.app import BLUEPRINT
from guiyan.service.process import main

if __name__ == "__main__":
    main(BLUEPRINT)
