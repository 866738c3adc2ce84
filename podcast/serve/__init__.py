"""Articles over HTTP: sound at once, while it is being spoken, and the text that follows it.

    POST ─► submission ─► articles ─► renderings ─► audio, events
            text, URL…    on disk     one for all    many listeners
                                      its listeners

``app`` puts it together; ``studio`` keeps engines warm; ``problems`` says what
went wrong; ``metrics``, ``openapi``, ``oembed`` and ``pages`` are what their names say.
"""
