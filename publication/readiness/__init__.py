"""Whether a release is ready: its checks, and when they run by themselves."""
