"""Reading a newsroom's feeds and sitemaps into article addresses."""

from podcast.article.feeds.reader import MAX_TAGS, Feed, FeedItem, fetch_feed, read_feed

__all__ = ["MAX_TAGS", "Feed", "FeedItem", "fetch_feed", "read_feed"]
