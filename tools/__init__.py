"""Long runs: mutation tests, the matrix of environments, and the feature flags of cdk.json."""
