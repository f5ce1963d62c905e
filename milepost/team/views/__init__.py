"""Pages for people, territories and sign-in."""
