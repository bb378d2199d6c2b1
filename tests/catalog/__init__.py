"""Tests of the catalog room, on real SQLite files and a real PostgreSQL."""
