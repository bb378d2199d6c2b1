"""The Actual page: what was used and paid against the estimate."""
