"""Test chat: try the bot that the numbers are about, on your own documents."""
