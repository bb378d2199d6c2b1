"""What was really used and paid, read from a server or a bill, against the estimate."""
