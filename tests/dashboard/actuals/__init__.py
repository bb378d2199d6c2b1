"""Tests of actuals read back."""
