# Wording for people: picture.
