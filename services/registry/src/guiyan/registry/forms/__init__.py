"""What the registry prints: a typst template each, and what stands in its boxes."""
