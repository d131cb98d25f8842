"""A made-up city to try the product with: deterministic by seed, of any size, and nobody in it exists."""

from guiyan.cli.sample.folder import Plan, Sample, SampleEvent, make_sample

__all__ = ["Plan", "Sample", "SampleEvent", "make_sample"]
