"""Who is there, and that a request is really theirs: sessions, cross-site requests, headers."""
