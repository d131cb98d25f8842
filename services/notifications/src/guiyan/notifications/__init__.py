"""Notifications: every reminder that is due arrives once, or somebody knows why not."""
