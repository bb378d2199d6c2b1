"""The Batch test page."""
