"""A local Azure at the level of the network: ARM, Entra and inference behind Azure's own host names, on loopback."""

TENANT_ID = "6d0c1b0e-5a4d-4a0a-9f0e-3b1f0f5a7e01"
SUBSCRIPTION_ID = "5a9db0c5-0000-4000-8000-000000000001"
"""The same in every sandbox. Nothing in Azure has them."""
