"""From clips to an episode with chapters."""
