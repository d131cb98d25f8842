"""The shell a Guiyan service stands in: settings, logs, auth, HTTP, health, metrics, life cycle."""
