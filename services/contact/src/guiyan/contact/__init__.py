"""Contact: nobody is forgotten for a quarter."""
