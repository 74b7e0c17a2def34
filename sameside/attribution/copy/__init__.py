"""The columnar copy: touches by month and deals as Parquet files, for credit, notebooks and warehouses.

PostgreSQL is the truth, the copy is made of it alone and may be deleted at any time. A refresh asks the database for a
fingerprint of every part (a month of touches; the deals) and writes those parts again whose file says another one: a
part is followed whatever changed it, be it an import, its undoing, a merge, or a hand in the database. Each file has
its fingerprint in its own metadata and replaces the former one in a single step, so a refresh that was killed leaves
whole files, and the next one finishes its work.
"""
