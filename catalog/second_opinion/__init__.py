"""NVIDIA's aiconfigurator as a second opinion: in an environment of its own, never imported."""
