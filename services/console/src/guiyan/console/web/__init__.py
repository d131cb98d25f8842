"""The pages' doors: one module a kind of page; each kind serves every screen of it."""
