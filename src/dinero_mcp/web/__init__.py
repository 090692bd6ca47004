"""What a person sees in the browser: connecting, choosing an organization, and how it went."""
