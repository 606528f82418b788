"""Configuration in, azure-native resources out: one component a concern, put together by `Yard`."""
