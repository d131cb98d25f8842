"""Registry: organisations, members and who is away."""
