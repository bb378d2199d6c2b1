"""The Chat page: ask a bot about documents, and see what its answers cost."""
