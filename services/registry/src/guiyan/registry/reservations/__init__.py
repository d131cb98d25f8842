"""Reservations: who holds a thing of which there may be one only, decided before anything is appended."""

from guiyan.registry.reservations.memory import MemoryReservations
from guiyan.registry.reservations.port import Reservations

__all__ = ["MemoryReservations", "Reservations"]
