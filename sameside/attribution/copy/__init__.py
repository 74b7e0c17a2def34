"""The columnar copy: touches by month and deals as Parquet files, for credit, notebooks and warehouses.

PostgreSQL is the truth, the copy is made of it alone and may be deleted at any time. Triggers note which parts (a month
of touches; the deals) a transaction changed, be it an import, its undoing, a merge, or a hand in the database. A
refresh asks the database for the fingerprints of those and writes the parts again whose file says another one; once a
day it asks for all. Each file has
its fingerprint in its own metadata and replaces the former one in a single step, so a refresh that was killed leaves
whole files, and the next one finishes its work.
"""
