//! A [`Draft`] becomes the bytes of a mail. Deterministic: the same draft gives the same bytes, so that a retry after
//! an unknown outcome sends the very same mail (`Message-ID`, `Date` and boundary included).
