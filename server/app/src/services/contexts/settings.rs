//! Settings of a context between the spec and the domain.
//!
//! A preset is where options start; what is given beside it wins. What is stored are the options that resulted, so a
//! context shows each of them. It must never know a text.

use crochet_api::common;
use crochet_api::contexts::{Tokeniser, TokeniserPreset};
use crochet_domain::{Bounds, ContextSettings, Preset, TokeniserOptions};
use crochet_openapi::Problem;

use crate::services::problems::problem;
use crate::services::wire::said;

/// The settings that a new context asks for.
pub(super) fn of(
    tokeniser: Option<Tokeniser>,
    bounds: Option<&common::NewBounds>,
) -> Result<ContextSettings, Problem> {
    let settings = ContextSettings {
        tokeniser: tokeniser.map(options_of).unwrap_or_default(),
        bounds: asked_bounds(bounds, Bounds::default())?,
    };
    settings.check().map_err(problem)?;
    Ok(settings)
}

/// Bounds that a caller asked for; what they did not say is as usual.
pub(crate) fn asked_bounds(asked: Option<&common::NewBounds>, usual: Bounds) -> Result<Bounds, Problem> {
    let Some(asked) = asked else {
        return Ok(usual);
    };
    let usual = bounds(usual);
    bounds_of(&common::Bounds {
        max_dims: asked.max_dims.unwrap_or(usual.max_dims),
        max_extent: asked.max_extent.unwrap_or(usual.max_extent),
        max_cells: asked.max_cells.unwrap_or(usual.max_cells),
    })
}

/// Bounds as the domain has them.
pub(crate) fn bounds_of(bounds: &common::Bounds) -> Result<Bounds, Problem> {
    let out_of_range = |_| Problem::unprocessable("a bound is out of its range");
    let bounds = Bounds {
        max_dims: u8::try_from(bounds.max_dims).map_err(out_of_range)?,
        max_extent: u8::try_from(bounds.max_extent).map_err(out_of_range)?,
        max_cells: u32::try_from(bounds.max_cells).map_err(out_of_range)?,
    };
    bounds.check().map_err(problem)?;
    Ok(bounds)
}

/// Bounds as they are shown.
pub(crate) fn bounds(bounds: Bounds) -> common::Bounds {
    common::Bounds {
        max_dims: bounds.max_dims.into(),
        max_extent: bounds.max_extent.into(),
        max_cells: bounds.max_cells.cast_signed(),
    }
}

fn options_of(asked: Tokeniser) -> TokeniserOptions {
    let preset = preset_of(asked.preset).options();
    TokeniserOptions {
        keep_case: asked.keep_case.unwrap_or(preset.keep_case),
        keep_commas: asked.keep_commas.unwrap_or(preset.keep_commas),
        split_hyphens: asked.split_hyphens.unwrap_or(preset.split_hyphens),
        drop_digits: asked.drop_digits.unwrap_or(preset.drop_digits),
        stop_words: asked.stop_words.into_iter().flatten().map(String::from).collect(),
    }
}

/// The tokeniser as it is shown: every option, and the preset that comes closest.
pub(super) fn tokeniser(options: &TokeniserOptions) -> Result<Tokeniser, Problem> {
    let stop_words: Result<Vec<common::Word>, Problem> =
        options.stop_words.iter().cloned().map(said).collect();
    Ok(Tokeniser {
        preset: preset(closest(options)),
        keep_case: Some(options.keep_case),
        keep_commas: Some(options.keep_commas),
        split_hyphens: Some(options.split_hyphens),
        drop_digits: Some(options.drop_digits),
        stop_words: Some(stop_words?),
    })
}

fn closest(options: &TokeniserOptions) -> Preset {
    let differing = |preset: &Preset| {
        let of = preset.options();
        usize::from(of.keep_case != options.keep_case)
            + usize::from(of.keep_commas != options.keep_commas)
            + usize::from(of.split_hyphens != options.split_hyphens)
            + usize::from(of.drop_digits != options.drop_digits)
    };
    Preset::ALL.into_iter().min_by_key(differing).unwrap_or_default()
}

fn preset_of(preset: TokeniserPreset) -> Preset {
    match preset {
        TokeniserPreset::Prose => Preset::Prose,
        TokeniserPreset::Flowing => Preset::Flowing,
        TokeniserPreset::Literal => Preset::Literal,
        TokeniserPreset::Letters => Preset::Letters,
    }
}

fn preset(preset: Preset) -> TokeniserPreset {
    match preset {
        Preset::Prose => TokeniserPreset::Prose,
        Preset::Flowing => TokeniserPreset::Flowing,
        Preset::Literal => TokeniserPreset::Literal,
        Preset::Letters => TokeniserPreset::Letters,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(preset: TokeniserPreset) -> Tokeniser {
        Tokeniser {
            preset,
            keep_case: None,
            keep_commas: None,
            split_hyphens: None,
            drop_digits: None,
            stop_words: None,
        }
    }

    #[test]
    fn a_bound_that_is_not_given_is_as_usual() {
        let usual = Bounds {
            max_extent: 20,
            ..Bounds::default()
        };
        let asked = common::NewBounds {
            max_dims: Some(3),
            ..common::NewBounds::default()
        };
        let three = Bounds { max_dims: 3, ..usual };
        assert_eq!(asked_bounds(Some(&asked), usual).unwrap(), three);
        assert_eq!(asked_bounds(None, usual).unwrap(), usual);
    }

    #[test]
    fn an_option_beside_a_preset_wins() {
        let flowing = Tokeniser {
            keep_commas: Some(false),
            keep_case: Some(true),
            ..asked(TokeniserPreset::Flowing)
        };
        let options = options_of(flowing);
        assert!(!options.keep_commas && options.keep_case);
    }

    #[test]
    fn every_preset_is_shown_as_itself() {
        for name in TokeniserPreset::ALL {
            let shown = tokeniser(&options_of(asked(*name))).unwrap();
            assert_eq!(shown.preset, *name);
        }
    }

    #[test]
    fn a_stop_word_of_two_words_is_refused() {
        let tea = Tokeniser {
            stop_words: Some(vec![common::Word::try_from("a.b").unwrap()]),
            ..asked(TokeniserPreset::Prose)
        };
        assert_eq!(of(Some(tea), None).unwrap_err().status, 422);
    }
}
