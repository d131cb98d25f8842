"""The rules of the registry as pure functions: no I/O, no clock, no ids made inside."""
