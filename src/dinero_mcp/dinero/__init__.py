"""Dinero's REST API as Python: reads only, each complete or an error.

`client` is the door, `organization` what is asked of one; `models` holds the answers exactly as Dinero sends
them. Below the door: `reads` keeps and shares answers, `flights` is one read under way, `pages` puts a list
together, `wire` sends one GET, `quota` takes turns from one of the `windows`, `responses` reads status codes
and `answers` reads bodies.
"""
