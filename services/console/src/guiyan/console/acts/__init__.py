"""What people do (the services' verbs), one module an act: `ACT = Act(...)`. A module put here is found by itself."""
