"""What is kept: results, snapshots, the audit ledger."""
