"""``podcast bench``: what this program costs on this machine, beside its peers in the same run.

    sections     what is measured: each gives ``Run``s as soon as they are over
    contenders   who makes the same episode: ``podcast`` and the command lines of its peers
    bare         the limits of a Piper voice: sessions alone, with nothing around them
    session      one run of all that, from the first section to the last
    results      every repetition, on disk after each of them (``results.json``)
    table        what the repetitions say (``table.md``), and ``plots`` of it (PNG)

A front: it knows the pipeline, and it measures it from outside, as whole
processes, wherever a user would start one.
"""
