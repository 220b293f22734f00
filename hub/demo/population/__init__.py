"""Synthetic children, the adults around them, and what each partner holds. Nobody here is real."""

from hub.demo.population.generation import populate
from hub.demo.population.population import Population

__all__ = ["Population", "populate"]
