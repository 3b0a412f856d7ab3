//! Imports the types of other documents where their names are free, so that code reads `ContextId` and not
//! `super::common::ContextId`.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// A type of another document: its module and its name.
type Foreign = (String, String);

/// Shortens the paths below `root` in `items`, and says what to import for it. Names in `taken` stay long.
pub(super) fn shorten(
    items: Vec<TokenStream>,
    root: &TokenStream,
    taken: &HashSet<String>,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let paths = Paths {
        root: root.clone().into_iter().map(|token| token.to_string()).collect(),
    };
    let mut found = BTreeSet::new();
    items
        .iter()
        .for_each(|item| paths.collect(item.clone(), &mut found));
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (module, name) in found {
        homes.entry(name).or_default().push(module);
    }
    let free = homes
        .into_iter()
        .filter(|(name, modules)| modules.len() == 1 && !taken.contains(name));
    let imported: BTreeSet<Foreign> = free
        .map(|(name, mut modules)| (modules.remove(0), name))
        .collect();
    let items = items
        .into_iter()
        .map(|item| paths.shorten(item, &imported))
        .collect();
    let mut by_module: BTreeMap<&str, Vec<Ident>> = BTreeMap::new();
    for (module, name) in &imported {
        by_module.entry(module).or_default().push(format_ident!("{name}"));
    }
    let uses = by_module.into_iter().map(|(module, names)| {
        let module = format_ident!("{module}");
        quote!(use #root::#module::{#(#names),*};)
    });
    (items, uses.collect())
}

/// Finds paths of the form `root::module::Name`.
struct Paths {
    root: Vec<String>,
}

impl Paths {
    /// The foreign type that a path at the start of `tokens` names, and how many tokens the path has.
    fn at(&self, tokens: &[TokenTree]) -> Option<(Foreign, usize)> {
        let length = self.root.len() + 6;
        let path = tokens.get(..length)?;
        let text: Vec<String> = path.iter().map(ToString::to_string).collect();
        let (root, rest) = text.split_at(self.root.len());
        let [colon1, colon2, module, colon3, colon4, name] = rest else {
            return None;
        };
        let colons = [colon1, colon2, colon3, colon4].iter().all(|sign| *sign == ":");
        let type_name = name.starts_with(|first: char| first.is_ascii_uppercase());
        (root == self.root && colons && type_name).then(|| ((module.clone(), name.clone()), length))
    }

    fn collect(&self, tokens: TokenStream, found: &mut BTreeSet<Foreign>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            if let TokenTree::Group(group) = token {
                self.collect(group.stream(), found);
            }
            found.extend(self.at(&tokens[index..]).map(|(foreign, _)| foreign));
        }
    }

    fn shorten(&self, tokens: TokenStream, imported: &BTreeSet<Foreign>) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut short = Vec::with_capacity(tokens.len());
        let mut index = 0;
        while index < tokens.len() {
            match (self.at(&tokens[index..]), &tokens[index]) {
                (Some((foreign, length)), _) if imported.contains(&foreign) => {
                    index += length;
                    short.push(tokens[index - 1].clone());
                    continue;
                }
                (_, TokenTree::Group(group)) => {
                    let inside = self.shorten(group.stream(), imported);
                    short.push(TokenTree::Group(proc_macro2::Group::new(
                        group.delimiter(),
                        inside,
                    )));
                }
                (_, token) => short.push(token.clone()),
            }
            index += 1;
        }
        short.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quote::quote;

    use super::shorten;

    fn shortened(taken: &[&str]) -> String {
        let item = quote!(
            struct A {
                b: super::common::B,
                c: Vec<super::other::C>,
                d: super::common::C,
            }
        );
        let taken: HashSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
        let (items, uses) = shorten(vec![item], &quote!(super), &taken);
        format!("{} | {}", quote!(#(#uses)*), quote!(#(#items)*)).replace(' ', "")
    }

    #[test]
    fn a_name_that_is_free_is_imported() {
        let short = "usesuper::common::{B};|structA{b:B,c:Vec<super::other::C>,d:super::common::C,}";
        assert_eq!(shortened(&[]), short);
    }

    #[test]
    fn a_name_that_is_taken_stays_long() {
        assert!(shortened(&["B"]).contains("b:super::common::B"));
    }
}
