"""One page each: `render(services, chosen)`."""
