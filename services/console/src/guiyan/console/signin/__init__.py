"""How people come in: an account kept by registry, an OpenID Connect provider, or - in a made-up city - a role."""
