//! Patterns that are a row of repeated ASCII characters, such as `^[a-z][a-z0-9-]*$`: most patterns of names and ids.
//!
//! One pass without ever going back matches them when it is always clear whether a byte continues a step or begins the
//! next one. A pattern for which it is not clear is none of these.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// The steps of a pattern, from the beginning of a text to its end.
#[derive(Debug)]
pub(super) struct Steps(Vec<Step>);

#[derive(Debug)]
struct Step {
    members: Box<[bool; 256]>,
    min: usize,
    max: usize,
}

impl Steps {
    /// The steps of `source`, if it is a row of them.
    pub(super) fn of(source: &str) -> Option<Self> {
        let hir = regex_syntax::parse(source).ok()?;
        let HirKind::Concat(parts) = hir.kind() else {
            return None;
        };
        let [first, steps @ .., last] = parts.as_slice() else {
            return None;
        };
        let tied = is_look(first, Look::Start) && is_look(last, Look::End);
        let steps: Option<Vec<Vec<Step>>> = steps.iter().map(steps_of).collect();
        let steps: Vec<Step> = steps?.into_iter().flatten().collect();
        (tied && is_clear(&steps)).then_some(Self(steps))
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        for step in &self.0 {
            let reach = &rest[..rest.len().min(step.max)];
            let taken = reach
                .iter()
                .position(|byte| !step.members[usize::from(*byte)])
                .unwrap_or(reach.len());
            if taken < step.min {
                return false;
            }
            rest = &rest[taken..];
        }
        rest.is_empty()
    }
}

fn is_look(part: &Hir, look: Look) -> bool {
    matches!(part.kind(), HirKind::Look(found) if *found == look)
}

fn steps_of(part: &Hir) -> Option<Vec<Step>> {
    match part.kind() {
        HirKind::Literal(text) if text.0.is_ascii() => {
            let single = |byte: &u8| {
                let mut members = Box::new([false; 256]);
                members[usize::from(*byte)] = true;
                Step {
                    members,
                    min: 1,
                    max: 1,
                }
            };
            Some(text.0.iter().map(single).collect())
        }
        HirKind::Class(class) => Some(vec![Step {
            members: members(class)?,
            min: 1,
            max: 1,
        }]),
        HirKind::Repetition(repeated) => {
            let mut steps = steps_of(&repeated.sub)?;
            let [step] = steps.as_mut_slice() else {
                return None;
            };
            // A repetition of a repetition could stop at numbers that no two bounds describe.
            if (step.min, step.max) != (1, 1) {
                return None;
            }
            step.min = repeated.min as usize;
            step.max = repeated.max.map_or(usize::MAX, |max| max as usize);
            Some(steps)
        }
        _ => None,
    }
}

/// The members of a class, if all of them are ASCII.
fn members(class: &Class) -> Option<Box<[bool; 256]>> {
    let ranges: Vec<(u8, u8)> = match class {
        Class::Unicode(class) => {
            let ranges = class.iter().map(|range| {
                let ends = (u8::try_from(range.start()), u8::try_from(range.end()));
                ends.0.ok().zip(ends.1.ok())
            });
            ranges.collect::<Option<_>>()?
        }
        Class::Bytes(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
    };
    let mut members = Box::new([false; 256]);
    for (first, last) in ranges {
        if !last.is_ascii() {
            return None;
        }
        members[usize::from(first)..=usize::from(last)].fill(true);
    }
    Some(members)
}

/// Whether no step that may be taken more or less often shares a byte with what may follow it.
fn is_clear(steps: &[Step]) -> bool {
    steps.iter().enumerate().all(|(index, step)| {
        let followers = &steps[index + 1..];
        let certain = followers.iter().position(|follower| follower.min > 0);
        let near = &followers[..certain.map_or(followers.len(), |certain| certain + 1)];
        step.min == step.max || near.iter().all(|follower| !share(step, follower))
    })
}

fn share(one: &Step, other: &Step) -> bool {
    one.members
        .iter()
        .zip(&*other.members)
        .any(|(one, other)| *one && *other)
}

#[cfg(test)]
mod tests {
    use super::Steps;

    #[test]
    fn rows_of_repeated_characters_are_matched_as_regular_expressions_match_them() {
        let texts = [
            "", "a", "ab", "abc", "abcd", "a-b", "-a", "a1", "1a", "A", "aé", "é", "a\n", "v12", "v",
            "12-34", "12-",
        ];
        for source in [
            "^[a-z][a-z0-9-]*$",
            "^[a-z]{2,3}$",
            "^[a-z]{2}[a-z]$",
            "^v?[0-9]+$",
            "^[0-9]+-[0-9]*$",
            "^a+[^\\x00-`b-\\x{10FFFF}]?$",
            "^[a-z]*[0-9]*-?$",
        ] {
            let general = regex::Regex::new(source).unwrap();
            let Some(steps) = Steps::of(source) else {
                assert_eq!(source, "^a+[^\\x00-`b-\\x{10FFFF}]?$", "all but one are clear");
                continue;
            };
            for text in texts {
                assert_eq!(
                    steps.is_match(text),
                    general.is_match(text),
                    "{source} in {text:?}"
                );
            }
        }
    }

    #[test]
    fn what_would_need_to_go_back_is_no_row_of_steps() {
        for source in [
            "^[a-z]*a$",
            "^[a-z]+[0-9]*[a-z]$",
            "^(ab)*$",
            "^a|b$",
            "[a-z]",
            "^[^x]$",
            "^.$",
            "^(a{2})*$",
        ] {
            assert!(Steps::of(source).is_none(), "{source}");
        }
    }
}
