"""The same small company as the portfolio's pages."""

from tests.web.portfolio.conftest import sign_in, small

__all__ = ["sign_in", "small"]
