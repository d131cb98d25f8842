"""Where requests and reports come in: HTTP, one module a resource, and the ingest of township systems."""
