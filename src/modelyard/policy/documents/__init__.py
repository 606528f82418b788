"""Policy documents as ARM holds them: definitions, initiatives, assignments, exemptions."""
