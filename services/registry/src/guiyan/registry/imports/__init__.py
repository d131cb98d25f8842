"""Importing a roster: one event per accepted row, the same file twice writes nothing, a killed import goes on."""
