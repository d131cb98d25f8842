"""What this service shows: the duties, the people they are about, the branches' contact persons, contact points."""
