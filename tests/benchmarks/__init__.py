"""Numbers, printed side by side. They judge nothing; people do."""
