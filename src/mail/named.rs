//! Rules by which this package judges have names: an enum with a stable word for each, so that a result can say which rule
//! it comes from.

/// An enum of rules with `ALL` and `name()`; serialised as its words.
macro_rules! named_rules {
    ($(#[$about:meta])* pub enum $rule:ident { $($(#[$doc:meta])* $name:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $rule {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl $rule {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its stable word.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

pub(crate) use named_rules;
