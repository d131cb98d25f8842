"""`guiyan clock`: the manual clock of a sample run or a test, moved for all services together."""
