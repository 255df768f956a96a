//! Every address that the pages answer, filled in with what there is and what there is not.

use std::collections::BTreeSet;

use postroom::web::page::percent_encoded;

/// What can stand in the place of a parameter, by its name.
pub(crate) trait Values {
    /// The values of `{name}` in `pattern`.
    fn of(&self, pattern: &str, name: &str) -> Vec<String>;
}

impl<F: Fn(&str, &str) -> Vec<String>> Values for F {
    fn of(&self, pattern: &str, name: &str) -> Vec<String> {
        self(pattern, name)
    }
}

/// The names of the parameters of a pattern, in order.
pub(crate) fn parameters(pattern: &str) -> Vec<&str> {
    pattern.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

/// Every path that a pattern can mean with these values. They are escaped but for `%`, which stands for itself: what
/// cannot be decoded is a value, too.
pub(crate) fn filled(pattern: &str, values: &impl Values) -> Vec<String> {
    let mut paths = vec![pattern.to_owned()];
    for name in parameters(pattern) {
        // `{*name}` takes the rest of the path.
        let all = values.of(pattern, name.trim_start_matches('*'));
        assert!(!all.is_empty(), "nothing to put into {{{name}}} of {pattern}: say what it is");
        let put = |path: &String| {
            let put = |value: &String| {
                let value =
                    value.split('%').map(|piece| percent_encoded(piece).replace('/', "%2F")).collect::<Vec<_>>().join("%");
                path.replacen(&format!("{{{name}}}"), &value, 1)
            };
            all.iter().map(put).collect::<Vec<_>>()
        };
        paths = paths.iter().flat_map(put).collect();
    }
    paths
}

/// Every pattern of the pages, each once.
pub(crate) fn patterns() -> BTreeSet<&'static str> {
    postroom::app::paths().into_iter().collect()
}
