# Wording for people: tickets.
