"""`python -m guiyan.contact`: runs contact until it is told to stop."""

from guiyan.contact.app import BLUEPRINT
from guiyan.service.process import main

if __name__ == "__main__":
    main(BLUEPRINT)
