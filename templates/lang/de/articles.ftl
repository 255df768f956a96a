# Wording for people: articles.
