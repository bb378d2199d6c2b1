"""The Settings page: what counts in this installation, and where it comes from."""
