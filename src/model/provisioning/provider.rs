//! Provisioned folders of dashboards.

use crate::{
    model::Keys,
    text::{Span, Spanned},
    tree::{Complaints, Fields, Kind, Node},
};

use super::setting::{self, Setting, flag, integer, setting};

/// A file of dashboard providers.
#[derive(Clone, Debug)]
pub struct ProviderFile {
    /// The whole document.
    pub span: Span,
    /// `apiVersion`; the old form without one is a bare list.
    pub api_version: Option<Spanned<i64>>,
    /// The providers, in order.
    pub providers: Vec<Provider>,
}

/// A folder whose dashboards Grafana loads.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its name.
    pub name: Option<Setting>,
    /// `file`, which is the only kind there is.
    pub kind: Option<Setting>,
    /// The organisation; 1 when absent.
    pub org: Option<Spanned<i64>>,
    /// The Grafana folder they are shown in.
    pub folder: Option<Setting>,
    /// The uid of that folder.
    pub folder_uid: Option<Setting>,
    /// The folder of the disk they are read from.
    pub path: Option<Setting>,
    /// Whether sub-folders of the disk become folders of Grafana.
    pub folders_from_files: Option<Spanned<bool>>,
    /// Whether dashboards stay when their file goes.
    pub disable_deletion: Option<Spanned<bool>>,
    /// Whether changes made in the browser are kept.
    pub allow_ui_updates: Option<Spanned<bool>>,
    /// How often the folder is read anew, in seconds; 10 when absent.
    pub update_interval: Option<Spanned<i64>>,
}

impl ProviderFile {
    pub(super) fn lower(root: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        if root.kind() == Kind::Sequence {
            let providers = root.items().filter_map(|node| Provider::lower(node, true, complaints)).collect();
            return Some(Self { span: root.span(), api_version: None, providers });
        }
        let mut fields = Fields::of(root, "dashboard provider file", complaints)?;
        let api_version = integer(&mut fields, "apiVersion", complaints);
        let providers = fields.list("providers", complaints);
        setting::finish(fields, complaints);
        Some(Self {
            span: root.span(),
            api_version,
            providers: providers.into_iter().filter_map(|node| Provider::lower(node, false, complaints)).collect(),
        })
    }
}

impl Provider {
    fn lower(node: Node<'_>, old: bool, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "dashboard provider", complaints)?;
        let mut provider = Self {
            span: node.span(),
            keys: Keys::of(node),
            name: setting(&mut fields, "name", complaints),
            kind: setting(&mut fields, "type", complaints),
            org: integer(&mut fields, if old { "org_id" } else { "orgId" }, complaints),
            folder: setting(&mut fields, "folder", complaints),
            folder_uid: setting(&mut fields, "folderUid", complaints),
            path: None,
            folders_from_files: None,
            disable_deletion: flag(&mut fields, "disableDeletion", complaints),
            allow_ui_updates: flag(&mut fields, "allowUiUpdates", complaints),
            update_interval: integer(&mut fields, "updateIntervalSeconds", complaints),
        };
        fields.value(if old { "org_name" } else { "orgName" });
        fields.value("editable");
        if let Some(options) = fields.value("options")
            && let Some(mut options) = Fields::of(options, "options of a dashboard provider", complaints)
        {
            provider.path = setting(&mut options, "path", complaints);
            // The name of `path` in the first versions.
            let folder = setting(&mut options, "folder", complaints);
            provider.path = provider.path.or(folder);
            provider.folders_from_files = flag(&mut options, "foldersFromFilesStructure", complaints);
            setting::finish(options, complaints);
        }
        setting::finish(fields, complaints);
        Some(provider)
    }
}
