"""`guiyan account`: the first accounts of an installation, and help for an administrator who is locked out."""
