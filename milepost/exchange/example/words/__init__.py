"""What the example company's people, clients and opportunities are called and say."""
