"""The reconciliation service: matches rows of users' tables with entities of the graph, and adds columns to the tables.

In: parsed requests of the Reconciliation Service API 0.2, and the labels of a snapshot. Out: JSON-serializable results.
Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""
