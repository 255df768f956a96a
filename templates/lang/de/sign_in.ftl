# Wording for people: sign_in.
