"""Who may do what: people, machines, their sign-ins and what they did."""
