"""Helpers for tests, shipped to the services: conformance suites, given/when/then, twins with faults."""
