"""The market as dated data: models, versions, SKUs, regions, quota, capacity units, roles. No network, no clock."""
