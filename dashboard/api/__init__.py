"""REST under /api/v1: the same answers and lists that the command line prints."""

from dashboard.api.router import build_router, refuse_unknown

__all__ = ["build_router", "refuse_unknown"]
