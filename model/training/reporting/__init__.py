"""What a training says of its model: card, reporting guidelines, figures."""
