"""Addresses that machines ask for: the same in every language."""

urlpatterns: list = []
