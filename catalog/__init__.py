"""The catalog room: which models exist, what they sell for, which hosts there are, how we know."""
