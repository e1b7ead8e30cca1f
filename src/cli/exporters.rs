//! `promcheck catalog`: what is known of exporters, and recording more of it.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Subcommand;

use crate::{
    catalog,
    exposition::Exposition,
    text::{Excerpt, FileId},
    workspace::read_text,
};

use super::error::CliError;

const EXAMPLES: &str = "\
Examples:
  promcheck catalog list
  promcheck catalog show node
  curl -s localhost:9100/metrics > node.prom
  promcheck catalog record --from 'node_exporter 1.11.1' node.prom";

const LIST_EXAMPLES: &str = "\
Examples:
  promcheck catalog list";

const SHOW_EXAMPLES: &str = "\
Examples:
  promcheck catalog show node | grep cpu";

const RECORD_EXAMPLES: &str = "\
Examples:
  promcheck catalog record --from 'node_exporter 1.11.1' node.prom > node.txt";

/// What to do with the catalogues.
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum CatalogCommand {
    /// List the exporters whose metrics are known
    #[command(after_help = LIST_EXAMPLES)]
    List,
    /// Print the metrics of an exporter: name, type, labels
    #[command(after_help = SHOW_EXAMPLES)]
    Show {
        /// The exporter, as `list` names it
        exporter: String,
    },
    /// Make a catalogue of captured pages: names, types and labels, without any value
    #[command(after_help = RECORD_EXAMPLES)]
    Record {
        /// What answered the pages: a program and its version
        #[arg(long, value_name = "PROGRAM")]
        from: String,
        /// Captured /metrics pages of one exporter
        #[arg(required = true, value_name = "PAGE")]
        pages: Vec<PathBuf>,
    },
}

/// Answers.
pub fn run(command: &CatalogCommand, out: &mut dyn Write) -> Result<(), CliError> {
    match command {
        CatalogCommand::List => {
            for catalogue in catalog::all() {
                let (exporter, word, source) = (catalogue.exporter, catalogue.provenance.word(), catalogue.source);
                writeln!(out, "{exporter:<19} {:>4} metrics, {word} from {source}", catalogue.len())
                    .map_err(CliError::Output)?;
            }
            Ok(())
        }
        CatalogCommand::Show { exporter } => {
            let Some(catalogue) = catalog::of(exporter) else {
                return Err(CliError::NoExporter(exporter.clone()));
            };
            out.write_all(catalogue.text.as_bytes()).map_err(CliError::Output)
        }
        CatalogCommand::Record { from, pages } => {
            let pages = pages.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
            out.write_all(catalog::record(from, &pages).as_bytes()).map_err(CliError::Output)
        }
    }
}

fn read(path: &Path) -> Result<Exposition, CliError> {
    let text = read_text(FileId(0), path);
    if let Some(complaint) = text.complaints.first().filter(|_| !text.is_text) {
        return Err(CliError::Unreadable { path: path.to_path_buf(), reason: complaint.message.clone() });
    }
    let page = Exposition::parse(&Excerpt::whole(FileId(0), text.file.text.clone()));
    if page.families.is_empty() {
        return Err(CliError::Unreadable { path: path.to_path_buf(), reason: "it is no page of metrics".to_owned() });
    }
    Ok(page)
}
