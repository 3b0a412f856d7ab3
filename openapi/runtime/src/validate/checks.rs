//! The rules that a schema can set, one method each.
//!
//! Each is a comparison that is inlined; what follows a failure is kept out of line.

use std::collections::HashSet;
use std::fmt::Display;

use serde::Serialize;

use super::{At, Pattern, Violations};

impl Violations {
    /// `minLength`, in characters.
    #[inline]
    pub fn min_length(&mut self, at: &At<'_>, text: &str, min: usize) {
        // A character has one to four bytes: most texts need no counting.
        if text.len() < min.saturating_mul(4) && text.chars().count() < min {
            self.add(
                at,
                "min_length",
                format!("must have at least {min} {}", plural(min, "character")),
            );
        }
    }

    /// `maxLength`, in characters.
    #[inline]
    pub fn max_length(&mut self, at: &At<'_>, text: &str, max: usize) {
        if text.len() > max && text.chars().count() > max {
            self.add(
                at,
                "max_length",
                format!("must have at most {max} {}", plural(max, "character")),
            );
        }
    }

    /// `pattern`.
    #[inline]
    pub fn pattern(&mut self, at: &At<'_>, text: &str, pattern: &Pattern) {
        if !pattern.is_match(text) {
            self.add(at, "pattern", pattern.demand());
        }
    }

    /// `minimum`.
    #[inline]
    pub fn minimum<N: Copy + PartialOrd + Display>(&mut self, at: &At<'_>, number: N, min: N) {
        if number < min {
            self.add(at, "minimum", format!("must be at least {min}"));
        }
    }

    /// `maximum`.
    #[inline]
    pub fn maximum<N: Copy + PartialOrd + Display>(&mut self, at: &At<'_>, number: N, max: N) {
        if number > max {
            self.add(at, "maximum", format!("must be at most {max}"));
        }
    }

    /// `minimum` with `exclusiveMinimum: true`.
    #[inline]
    pub fn above<N: Copy + PartialOrd + Display>(&mut self, at: &At<'_>, number: N, bound: N) {
        if number <= bound {
            self.add(at, "exclusive_minimum", format!("must be more than {bound}"));
        }
    }

    /// `maximum` with `exclusiveMaximum: true`.
    #[inline]
    pub fn below<N: Copy + PartialOrd + Display>(&mut self, at: &At<'_>, number: N, bound: N) {
        if number >= bound {
            self.add(at, "exclusive_maximum", format!("must be less than {bound}"));
        }
    }

    /// `multipleOf` of an integer.
    #[inline]
    pub fn multiple_of(&mut self, at: &At<'_>, number: i64, factor: i64) {
        if number % factor != 0 {
            self.add(at, "multiple_of", format!("must be a multiple of {factor}"));
        }
    }

    /// `multipleOf` of a number, allowing for the rounding of binary fractions.
    #[inline]
    pub fn multiple_of_float(&mut self, at: &At<'_>, number: f64, factor: f64) {
        let quotient = number / factor;
        if (quotient - quotient.round()).abs() > 1e-9 * quotient.abs().max(1.0) {
            self.add(at, "multiple_of", format!("must be a multiple of {factor}"));
        }
    }

    /// `minItems`.
    #[inline]
    pub fn min_items(&mut self, at: &At<'_>, count: usize, min: usize) {
        if count < min {
            self.add(
                at,
                "min_items",
                format!("must have at least {min} {}", plural(min, "item")),
            );
        }
    }

    /// `maxItems`.
    #[inline]
    pub fn max_items(&mut self, at: &At<'_>, count: usize, max: usize) {
        if count > max {
            self.add(
                at,
                "max_items",
                format!("must have at most {max} {}", plural(max, "item")),
            );
        }
    }

    /// `uniqueItems`: compares the items as they stand on the wire, in linear time.
    pub fn unique_items<T: Serialize>(&mut self, at: &At<'_>, items: &[T]) {
        let mut seen = HashSet::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            // What cannot be written cannot be a repetition either.
            if serde_json::to_vec(item).is_ok_and(|written| !seen.insert(written)) {
                self.add(
                    &at.index(index),
                    "unique_items",
                    "must not repeat an earlier item",
                );
            }
        }
    }

    /// `minProperties`.
    #[inline]
    pub fn min_properties(&mut self, at: &At<'_>, count: usize, min: usize) {
        if count < min {
            self.add(
                at,
                "min_properties",
                format!("must have at least {min} {}", plural(min, "member")),
            );
        }
    }

    /// `maxProperties`.
    #[inline]
    pub fn max_properties(&mut self, at: &At<'_>, count: usize, max: usize) {
        if count > max {
            self.add(
                at,
                "max_properties",
                format!("must have at most {max} {}", plural(max, "member")),
            );
        }
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}
