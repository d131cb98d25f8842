"""`python -m guiyan.notifications`: runs notifications until it is told to stop."""

from guiyan.notifications.app import BLUEPRINT
from guiyan.service.process import main

if __name__ == "__main__":
    main(BLUEPRINT)
