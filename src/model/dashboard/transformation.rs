//! Transformations of a panel's answers, and the fields that they name.

use crate::{text::Spanned, tree::Node};

use super::field;

/// A field that a transformation names.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldUse {
    /// The name it goes by before.
    pub name: Spanned<String>,
    /// The name it gets.
    pub new_name: Option<String>,
    /// Whether the transformation does nothing without it; a field to leave out or to sort in may be missing.
    pub is_wanted: bool,
}

/// The fields that a transformation names, `options` being its settings.
pub(super) fn fields(id: &str, options: Node<'_>) -> Vec<FieldUse> {
    match id {
        "organize" => organized(options),
        "filterFieldsByName" => {
            let names = options.get("include").map(|include| field::strings(include, "names")).unwrap_or_default();
            names.into_iter().map(wanted).collect()
        }
        "sortBy" => field::maps(options, "sort")
            .into_iter()
            .filter_map(|sort| field::string(sort, "field"))
            .map(wanted)
            .collect(),
        "filterByValue" => {
            let filters = field::maps(options, "filters").into_iter();
            filters.filter_map(|filter| field::string(filter, "fieldName")).map(wanted).collect()
        }
        "joinByField" | "seriesToColumns" => field::string(options, "byField").map(wanted).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn wanted(name: Spanned<String>) -> FieldUse {
    FieldUse { name, new_name: None, is_wanted: true }
}

/// `renameByName` and `excludeByName`; `indexByName` lists all fields there ever were.
fn organized(options: Node<'_>) -> Vec<FieldUse> {
    let keys = |map: &str| options.get(map).map(Node::entries).unwrap_or_default();
    let renamed = keys("renameByName").into_iter().filter_map(|(key, value)| {
        let new_name = value.text().filter(|name| !name.is_empty()).map(str::to_owned);
        let is_wanted = new_name.is_some();
        Some(FieldUse { name: field::string_of(key)?, new_name, is_wanted })
    });
    let excluded = keys("excludeByName")
        .into_iter()
        .filter_map(|(key, _)| Some(FieldUse { name: field::string_of(key)?, new_name: None, is_wanted: false }));
    renamed.chain(excluded).collect()
}
