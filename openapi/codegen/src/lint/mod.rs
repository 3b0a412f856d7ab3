//! Judging documents: what holds for any of them, what Crochet demands of its own, what is not built for foreign ones.
//!
//! A rule is one small function from the documents to complaints, with a code of its own. Rules read the intermediate
//! representation only.

mod documentation;
mod examples;
mod instance;
mod operations;
mod resources;
mod schemas;
mod security;
mod sound;
mod support;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::ir::Specs;

/// By which rules documents are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Crochet's own documents: one strict way to write each thing.
    Crochet,
    /// Documents of other people: sound and supported is enough.
    Foreign,
}

type Rule = fn(&Specs) -> Vec<Diagnostic>;

/// Rules that hold for any document.
const SOUND: &[Rule] = &[
    sound::operation_ids_are_unique,
    sound::routes_are_unique,
    sound::path_parameters_match,
    security::schemes_are_declared,
    security::scopes_are_declared,
    security::scopes_need_a_scheme_that_has_them,
    schemas::patterns_compile,
    schemas::required_properties_are_declared,
    examples::examples_are_valid,
    examples::defaults_are_valid,
];

/// What Crochet demands of its own documents on top.
const CROCHET: &[Rule] = &[
    sound::version_is_3_0_3,
    sound::base_path_names_the_document,
    sound::path_segments_are_whole,
    operations::ids_are_verb_noun,
    operations::one_tag_each,
    operations::summaries_are_given,
    operations::one_success_type_each,
    operations::errors_are_problems,
    operations::parameters_are_plain,
    operations::extensions_are_known,
    security::security_is_said,
    schemas::integers_have_a_format,
    schemas::patterns_say_what_they_mean,
    schemas::one_of_has_a_discriminator,
    schemas::any_of_and_not_are_avoided,
    schemas::all_of_members_are_open_objects,
    schemas::enums_are_strings,
    documentation::schemas_are_described,
    documentation::properties_are_described,
    documentation::parameters_are_described,
    resources::lists_are_paged,
    resources::mutable_resources_have_etags,
];

/// What is not built, for documents of other people.
const FOREIGN: &[Rule] = &[
    sound::path_segments_are_whole,
    support::plans_lose_little,
    support::values_are_checked,
    support::bodies_are_parsed,
    support::callbacks_are_ignored,
];

/// Findings that a foreign document is forgiven: code can be generated in spite of them.
const FORGIVEN: &[&str] = &[
    "default-invalid",
    "duplicate-operation-id",
    "example-invalid",
    "path-parameter-unused",
    "pattern-invalid",
    "required-undeclared",
    "scheme-without-scopes",
    "scope-undeclared",
];

/// Everything that the rules of a profile find, but for what only follows from a broken reference: the mistake is
/// shown once, where it was made.
pub(crate) fn lint(specs: &Specs, profile: Profile, known: &[Diagnostic]) -> Vec<Diagnostic> {
    let special = match profile {
        Profile::Crochet => CROCHET,
        Profile::Foreign => FOREIGN,
    };
    let mut found: Vec<Diagnostic> = SOUND.iter().chain(special).flat_map(|rule| rule(specs)).collect();
    if profile == Profile::Foreign {
        for diagnostic in found
            .iter_mut()
            .filter(|diagnostic| FORGIVEN.contains(&diagnostic.code))
        {
            diagnostic.severity = Severity::Warning;
        }
    }
    let broken: HashSet<(&str, &str)> = known
        .iter()
        .filter_map(|one| {
            Some((
                one.location.file.as_ref(),
                one.location.pointer.strip_suffix("/$ref")?,
            ))
        })
        .collect();
    found.retain(|one| !follows(one, &broken));
    found
}

/// Whether a complaint only says that what a broken reference should have led to is not there.
fn follows(complaint: &Diagnostic, broken: &HashSet<(&str, &str)>) -> bool {
    let below: &[&str] = match complaint.code {
        "description-missing" | "example-missing" => &["", "/schema"],
        "error-response" => &["/responses/4XX", "/responses/5XX"],
        _ => &[],
    };
    let location = &complaint.location;
    below.iter().any(|step| {
        broken.contains(&(
            location.file.as_ref(),
            format!("{}{step}", location.pointer).as_str(),
        ))
    })
}
