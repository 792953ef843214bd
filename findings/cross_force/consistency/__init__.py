"""Whether 43 letters say the same thing in the same words, and each only of its own force.

`words` takes a text apart, `names` knows what belongs to which force, `duplicates` compares, `checks` makes warnings of
it beside one finding and over an inspection, `verbs` sets warnings aside and agrees common wording.
"""
