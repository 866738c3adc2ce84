"""Listen to French news articles.

The way of an article: ``article`` (clean) → ``french`` (read) → ``speech``
(voices) → ``render`` (speak) → ``episode`` (assemble) → ``publish``.
``pipeline`` is the only module that knows this order.
"""

__version__ = "0.1.0"
