"""From a noisy page to an `Article`."""
