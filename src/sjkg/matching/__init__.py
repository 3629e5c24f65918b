"""Record linkage: a table of records of the things of a graph, and a scorer that compares other records with them.

In: the quads of a snapshot, tables (CSV) and RDF files of other datasets. Out: for a record, the things it may be, each
with a score from 0 to 100, the weight of each piece of evidence, and whether the match is certain.
Source: Fellegi and Sunter, A Theory for Record Linkage (1969), https://doi.org/10.1080/01621459.1969.10501049
"""
