"""The guiyan command: up, import, sample, clock, projections, parked, replay, token, bench."""
