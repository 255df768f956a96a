-- When what its readers see of an article last changed; what only its writers see moves nothing.
ALTER TABLE article ADD COLUMN revised_at BIGINT NOT NULL DEFAULT 0;
UPDATE article SET revised_at = updated_at;

-- A name that an article had before: it still leads there, unless another article has taken it.
CREATE TABLE article_forward (
    project_id BIGINT NOT NULL REFERENCES project (id),
    slug TEXT NOT NULL,
    article_id BIGINT NOT NULL REFERENCES article (id),
    PRIMARY KEY (project_id, slug)
);
