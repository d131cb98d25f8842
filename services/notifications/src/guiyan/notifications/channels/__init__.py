"""How messages leave: one narrow port, a mailbox folder and SMTP behind it."""
