"""Simulation: inputs drawn from distributions, the model's headline figures over all draws, and what they say."""
