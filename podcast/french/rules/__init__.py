"""What is read differently from how it is written, by category.

Each module ends with its table of rules; ``podcast.french.normalize`` puts
the tables in order.
"""
