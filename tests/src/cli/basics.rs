//! Help, versions, usage errors and completions.

use crate::crochet::crochet;

#[test]
fn help_lists_the_commands_and_shows_examples() {
    let ran = crochet(["--help"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("Examples:"), "{}", ran.out);
    assert!(ran.err.is_empty());
}

#[test]
fn an_unknown_command_is_a_usage_error() {
    let ran = crochet(["knit"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.out.is_empty());
    assert!(ran.err.contains("knit"), "{}", ran.err);
}

#[test]
fn completions_are_printed_and_nothing_else() {
    let ran = crochet(["completions", "bash"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("_crochet"));
    assert!(ran.err.is_empty());
}

#[test]
fn flags_stand_under_the_heading_that_they_belong_to() {
    let help = crochet(["run", "--help"]).out;
    let (_, bounds) = help.split_once("\nBounds:\n").unwrap();
    let (bounds, _) = bounds.split_once("\n\n").unwrap();
    assert!(
        bounds.contains("--stop-words") && !bounds.contains("--data"),
        "{help}"
    );
}
