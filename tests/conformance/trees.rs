//! Whether YAML that is read directly is what the parser would have given, of every file there is, and how
//! many files are read so.

use promcheck::{
    text::{Excerpt, FileId},
    tree::{Stream, yaml_directly, yaml_from_events},
};
use walkdir::WalkDir;

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut agreeing = Suite::new("yaml/agreement");
    let mut direct = Suite::new("yaml/direct");
    let root = data.path("");
    for file in WalkDir::new(&root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let is_yaml = file.path().extension().is_some_and(|ending| ["yml", "yaml", "rules"].iter().any(|yaml| ending == *yaml));
        if !is_yaml || !file.file_type().is_file() {
            continue;
        }
        let path = file.path().strip_prefix(&root).unwrap_or(file.path()).display().to_string();
        let source = Excerpt::whole(FileId(0), data.text(&path));
        let read = yaml_directly(&source);
        direct.case(read.is_some(), || format!("{path}: by the parser"));
        if let Some(read) = read {
            agreeing.case(written(&read) == written(&yaml_from_events(&source)), || path);
        }
    }
    vec![agreeing, direct]
}

fn written(stream: &Stream) -> String {
    format!("{:?}\n{:?}", stream.documents, stream.complaints)
}
