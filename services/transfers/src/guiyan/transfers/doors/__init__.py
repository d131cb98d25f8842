"""Where requests and reports come in: HTTP and the ingest of township systems."""
