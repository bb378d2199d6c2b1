"""Whole ways through the product, each walked in English and in Japanese."""
