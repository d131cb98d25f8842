"""The benchmarks: each figure as a ratio to the bare client, taken in the same run on the same servers."""
