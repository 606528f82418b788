"""Configuration in, a graph of resources out, and its interpreter that registers it with azure-native."""
