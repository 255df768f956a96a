//! No two files of the house import each other, not even in a round: whoever reads one can begin below it.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::sources;

/// The module that a file is.
fn module(path: &str) -> Vec<&str> {
    let mut names: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    names.pop_if(|last| ["mod", "lib", "main"].contains(last));
    names
}

/// The paths that a `use` names: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn leaves(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        found.push(format!("{prefix}{}", path.trim()));
        return;
    };
    let (prefix, mut depth) = (format!("{prefix}{head}"), 0_usize);
    let inside = rest.strip_suffix('}').unwrap_or(rest);
    let branches = inside.split(|c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    for branch in branches.filter(|branch| !branch.trim().is_empty()) {
        leaves(&prefix, branch, found);
    }
}

/// Every path that begins at the crate, above or here.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let begins = line.trim_start().trim_start_matches("pub ");
        let begins = match begins.strip_prefix("pub(") {
            Some(scope) => scope.split_once(") ").map_or("", |(_, item)| item),
            None => begins,
        };
        let Some(tree) = begins.strip_prefix("use ") else {
            // `pub(in crate::intake)` says who may, and imports nothing.
            rest.push_str(&line.replace("pub(in crate::", "pub(in "));
            rest.push('\n');
            continue;
        };
        let mut tree = tree.to_owned();
        while !tree.contains(';') {
            let Some(more) = lines.next() else { break };
            tree.push_str(more);
        }
        leaves("", tree.split(';').next().unwrap_or_default(), &mut found);
    }
    for start in ["crate::", "super::"] {
        for (at, _) in rest.match_indices(start) {
            let named = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let (before, from) = rest.split_at(at);
            if !before.ends_with(named) {
                let path = from.split(|c: char| !named(c)).next();
                found.extend(path.map(str::to_owned));
            }
        }
    }
    found
}

/// The file that a path of `file` leads into.
fn target<'a>(file: &str, path: &str, files: &BTreeMap<Vec<&str>, &'a str>) -> Option<&'a str> {
    let own = module(file);
    let mut names: Vec<&str> = path.split("::").collect();
    let mut at: Vec<&str> = match *names.first()? {
        "crate" if file.starts_with("mail/") => vec!["mail"],
        "crate" => Vec::new(),
        "super" | "self" => own.clone(),
        first if files.contains_key(&[own.as_slice(), &[first]].concat()) => {
            names.insert(0, "self");
            own.clone()
        }
        _ => return None,
    };
    for name in names {
        match name {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            name if files.contains_key(&[at.as_slice(), &[name]].concat()) => at.push(name),
            _ => break,
        }
    }
    files.get(&at).copied()
}

/// The files that each file imports.
pub(crate) fn imports(sources: &[(String, String)]) -> BTreeMap<&str, BTreeSet<&str>> {
    let files: BTreeMap<Vec<&str>, &str> = sources.iter().map(|(path, _)| (module(path), path.as_str())).collect();
    let imports = sources.iter().map(|(file, text)| {
        let to = paths(text).iter().filter_map(|path| target(file, path, &files)).filter(|to| to != file).collect();
        (file.as_str(), to)
    });
    imports.collect()
}

/// The files that lie on circles, circle by circle.
fn circles(sources: &[(String, String)]) -> Vec<BTreeSet<&str>> {
    let edges = imports(sources);
    // What can be reached from each; the house is small enough for that.
    let reach = |from: &str| {
        let (mut seen, mut open): (BTreeSet<&str>, Vec<&str>) = (BTreeSet::new(), edges[from].iter().copied().collect());
        while let Some(file) = open.pop() {
            if seen.insert(file) {
                open.extend(edges[file].iter().copied());
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = edges.keys().map(|file| (*file, reach(file))).collect();
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for file in edges.keys().filter(|file| reached[*file].contains(*file)) {
        let circle: BTreeSet<&str> = reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect();
        if !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = sources();
    let found = circles(&sources);
    assert!(found.is_empty(), "these files import each other: {found:?}");
}

#[test]
fn a_planted_circle_is_found() {
    let planted = |to: &str| {
        vec![
            ("a/mod.rs".to_owned(), "mod b;\npub use b::Thing;\n".to_owned()),
            ("a/b.rs".to_owned(), "use crate::c::{self, d::{Other, More}};\n".to_owned()),
            ("c/mod.rs".to_owned(), "mod d;\n".to_owned()),
            ("c/d.rs".to_owned(), format!("pub(in crate::c) fn f() {{ {to}::g() }}\n")),
        ]
    };
    assert!(circles(&planted("std::mem")).is_empty());
    let tied = planted("crate::a");
    assert_eq!(circles(&tied), [["a/b.rs", "a/mod.rs", "c/d.rs"].into_iter().collect::<BTreeSet<_>>()]);
}
