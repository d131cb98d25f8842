"""The published language of Guiyan: every event, its schema and its history."""
