//! The command line: one file per family of subcommands.

pub mod explain;
