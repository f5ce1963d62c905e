"""What people of the company ask of the shared plan, and what the client sees of it."""
