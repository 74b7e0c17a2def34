"""Which content, campaigns and channels go together with better deals, beside the credit that they earn."""
