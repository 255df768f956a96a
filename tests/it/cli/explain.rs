//! `explain --why`: by which rules a mail is what it is.

use std::path::Path;

use serde_json::Value;

use super::postroom;

/// What `explain` prints about these fixtures.
fn explained(arguments: &[&str]) -> String {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let output = postroom(&fixtures).arg("explain").args(arguments).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_line_says_its_class_and_its_rule() {
    let said = explained(&["--why", "apple-iphone-reply.eml", "bounce-qmail-de.eml", "none.eml"]);
    let mails: Vec<&str> = said.split("\n\n").collect();
    let expected = "\
apple-iphone-reply.eml
person:       person
N written       It works now
N blank
S sent_from     Sent from my iPhone
S blank
Q quote_prefix  > On 12 Mar 2024, at 09:30, Support <support@desk.example> wrote:
Q quote_prefix  >
Q quote_prefix  > Did you try turning it off and on?
Q quote_prefix  > Which model is it?";
    assert_eq!(mails[0], expected);
    let report = "bounce-qmail-de.eml\nbounce:       delivery_report\nreport:       named_by_daemon\nN report  Hallo. ";
    assert!(mails[1].starts_with(report) && mails[1].contains("\nN report   by mx.example with ESMTP"), "{said}");
    assert!(mails[2].starts_with("none.eml\nerror: "), "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= 120));
}

#[test]
fn with_json_the_rules_are_keys_and_without_why_nothing_changes() {
    let parsed = |arguments: &[&str]| serde_json::from_str::<Value>(&explained(arguments)).unwrap();
    let plain = parsed(&["apple-iphone-reply.eml"]);
    let mut told = parsed(&["--why", "--json", "apple-iphone-reply.eml"]);
    assert_eq!(told["kind_rule"], "person");
    assert_eq!(told["why"][0], serde_json::json!({"line": "It works now", "class": "n", "rule": "written"}));
    let keys = told.as_object_mut().unwrap();
    keys.remove("why");
    keys.remove("kind_rule");
    assert_eq!(told, plain);
    assert_eq!(explained(&["--json", "apple-iphone-reply.eml"]), explained(&["apple-iphone-reply.eml"]));
}
