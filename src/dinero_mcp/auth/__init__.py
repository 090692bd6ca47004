"""Signing in to Dinero: each way to sign in is a source of access tokens."""
