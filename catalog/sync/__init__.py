"""The sync job: what live sources say, into the catalog, page by page, and again after a crash."""
