"""`python -m guiyan.transfers`: runs transfers until it is told to stop."""

from guiyan.service.process import main
from guiyan.transfers.app import BLUEPRINT

if __name__ == "__main__":
    main(BLUEPRINT)
