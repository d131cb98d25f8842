"""Transfers: the relation to the organisation moves once."""
