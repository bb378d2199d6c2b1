"""Where facts are read: one class a source. A source knows no database and joins nothing."""
