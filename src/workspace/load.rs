//! Files to documents, in parallel: bytes to text, text to trees, trees to what they mean.

#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use crate::{
    diag::{Diagnostic, Severity},
    model::{Document, compose::env_file::is_env_file},
    promql::Feature,
    source::{Instrumentation, Language},
    text::{Excerpt, FileId, Files, SharedText, SourceFile, Span},
    vocab::AnchorStyle,
};

use super::{
    Code, Comments, Discovered, Disk, Fate, Progress, Reading, Stray, Workspace, blank, decode, interpolate, recognise,
};

/// Texts that count instead of what lies on the disk, by path.
pub type Drafts = BTreeMap<PathBuf, Arc<str>>;

/// Reads what discovery found.
pub fn load(discovered: Discovered, roots: Vec<PathBuf>) -> Workspace {
    load_drafts(discovered, roots, &Drafts::new(), &Progress::default())
}

/// Reads what discovery found, and tells how far it is; what has a draft is not read from the disk.
pub fn load_drafts(discovered: Discovered, roots: Vec<PathBuf>, drafts: &Drafts, progress: &Progress) -> Workspace {
    let content = |path: &PathBuf| match drafts.get(path) {
        Some(draft) => Content::Given(draft.as_bytes().to_vec()),
        None => Content::OnDisk,
    };
    let manner = Manner { comments: discovered.comments, anchors: discovered.anchors, features: &discovered.features };
    let sources: Vec<Source> = discovered
        .files
        .into_iter()
        .map(|path| Source { content: content(&path), path })
        .chain(
            discovered.obstacles.into_iter().map(|(path, reason)| Source { path, content: Content::Obstacle(reason) }),
        )
        .chain(discovered.strays.into_iter().map(|(path, stray)| Source { path, content: Content::Stray(stray) }))
        .collect();
    let mut workspace = assemble(sources, Disk::Real, manner, progress);
    workspace.roots = roots;
    workspace.folders = discovered.folders;
    workspace.passed_by = discovered.passed_by;
    workspace
}

/// Reads texts as if they were files at these paths and nothing else were on the disk; for tests and
/// for the examples of the documentation.
pub fn load_texts(texts: Vec<(String, String)>) -> Workspace {
    let paths = texts.iter().map(|(path, _)| PathBuf::from(path)).collect();
    let source =
        |(path, text): (String, String)| Source { path: path.into(), content: Content::Given(text.into_bytes()) };
    let (code, others): (Vec<Source>, Vec<Source>) =
        texts.into_iter().map(source).partition(|source| Language::of(&source.path).is_some());
    let mut workspace = assemble(others, Disk::Memory(paths), Manner::default(), &Progress::default());
    add(&mut workspace, code);
    workspace
}

/// How texts are read.
#[derive(Copy, Clone, Debug, Default)]
struct Manner<'a> {
    comments: Comments,
    anchors: AnchorStyle,
    features: &'a [Feature],
}

/// Reads files of source code, and adds those that define metrics. They come behind all other files.
pub fn add_code(workspace: &mut Workspace, paths: BTreeSet<PathBuf>, drafts: &Drafts) {
    let content = |path: &PathBuf| match drafts.get(path) {
        Some(draft) => Content::Given(draft.as_bytes().to_vec()),
        None => Content::OnDisk,
    };
    add(workspace, paths.into_iter().map(|path| Source { content: content(&path), path }).collect());
}

fn add(workspace: &mut Workspace, code: Vec<Source>) {
    let read = |source: Source| {
        let language = Language::of(&source.path)?;
        let bytes = match source.content {
            Content::Given(bytes) => bytes,
            Content::Obstacle(_) | Content::Stray(_) => return None,
            Content::OnDisk => read_bytes(&source.path).ok().filter(|bytes| bytes.len() <= LARGEST_CODE)?,
        };
        let Text { file, is_text, .. } = text(FileId(0), source.path, Ok(bytes));
        let instrumentation = Instrumentation::read(FileId(0), &file.text, language).filter(|_| is_text)?;
        Some((file, instrumentation))
    };
    let found: Vec<Option<(SourceFile, Instrumentation)>> = code.into_par_iter().map(read).collect();
    for (source, instrumentation) in found.into_iter().flatten() {
        let file = workspace.files.add(source);
        workspace.readings.push(Reading::new(Fate::Read));
        workspace.code.push(Code { file, instrumentation: instrumentation.moved_to(file) });
    }
}

/// Larger files of source code were written by a tool.
const LARGEST_CODE: usize = 1 << 20;

/// So many files are read by one thread before another may take over the rest: else the last quarter of all files would
/// be left to one thread, with the others idle.
const AT_ONCE: usize = 4;

struct Source {
    path: PathBuf,
    content: Content,
}

enum Content {
    OnDisk,
    Given(Vec<u8>),
    Obstacle(String),
    /// A link that is not followed.
    Stray(Stray),
}

fn assemble(mut sources: Vec<Source>, disk: Disk, manner: Manner<'_>, progress: &Progress) -> Workspace {
    progress.begin("reading files", sources.len());
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    let one = |(rank, source)| {
        let read = read(FileId(rank as u32), source, manner);
        progress.one_more();
        read
    };
    let read: Vec<(SourceFile, Reading, Vec<Document>)> =
        sources.into_par_iter().enumerate().with_max_len(AT_ONCE).map(one).collect();
    let mut workspace = Workspace {
        files: Files::default(),
        readings: Vec::with_capacity(read.len()),
        documents: Vec::new(),
        code: Vec::new(),
        roots: Vec::new(),
        folders: Vec::new(),
        passed_by: 0,
        disk,
        live: Arc::default(),
        recorded_then: None,
    };
    for (file, reading, documents) in read {
        workspace.files.add(file);
        workspace.readings.push(reading);
        workspace.documents.extend(documents);
    }
    interpolate::interpolate(&mut workspace);
    workspace
}

fn read(id: FileId, source: Source, manner: Manner<'_>) -> (SourceFile, Reading, Vec<Document>) {
    let bytes = match source.content {
        Content::Stray(stray) => return left_alone(id, source.path, stray),
        Content::Given(bytes) => Ok(bytes),
        Content::Obstacle(reason) => Err(reason),
        Content::OnDisk => read_bytes(&source.path),
    };
    let was_read = bytes.is_ok();
    let Text { file, mut complaints, is_text } = text(id, source.path, bytes);
    if !is_text {
        if was_read && !is_of_yaml(&file.path) {
            soften(&mut complaints);
        }
        return (file, Reading { complaints, ..Reading::new(Fate::Unreadable) }, Vec::new());
    }
    let blanked = if manner.comments == Comments::OfPeers { blank::blanked(&file.text) } else { None };
    let text = blanked.map_or_else(|| file.text.clone(), SharedText::from);
    // Of a file of variables only names and values count; what else is in it nobody reads.
    let mut complaints = if is_env_file(&file.path) { Vec::new() } else { complaints };
    let (mut reading, documents) = recognise::documents(&Excerpt::whole(id, text), &file, manner.anchors);
    let is_read_by_programs = documents.iter().any(|document| document.docs().is_none());
    if !is_read_by_programs && !is_of_yaml(&file.path) {
        soften(&mut complaints);
    }
    reading.complaints.splice(0..0, complaints);
    let documents: Vec<Document> =
        documents.into_iter().map(|document| document.with_features(manner.features)).collect();
    let masked = documents.first().and_then(Document::env_file).map(|env_file| env_file.masked(&file.text));
    let file = match masked {
        Some(masked) => SourceFile::new(file.path, file.name, masked),
        None => file,
    };
    (file, reading, documents)
}

/// Makes hints of what is wrong with the bytes of a file, as nothing says that a program of ours reads it: pages are
/// read by people, and JSON is kept for many ends.
fn soften(complaints: &mut [Diagnostic]) {
    complaints.iter_mut().for_each(|complaint| complaint.severity = Severity::Info);
}

fn is_of_yaml(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["yml", "yaml", "rules", "rule"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// A link that is not followed: that is no fault, but what it leads to is not known.
fn left_alone(id: FileId, path: PathBuf, stray: Stray) -> (SourceFile, Reading, Vec<Document>) {
    let place = Span::start_of(id);
    let complaint = match stray {
        Stray::Out => Diagnostic::info(place, "this symbolic link leads out of the repository, so it is not followed")
            .help("name what it leads to, if it is to be read"),
        Stray::Back => {
            Diagnostic::info(place, "this symbolic link leads back to a folder that contains it, so it is not followed")
        }
    };
    let name = shown(&path);
    let reading = Reading { complaints: vec![complaint], ..Reading::new(Fate::Unreadable) };
    (SourceFile::new(path, name, ""), reading, Vec::new())
}

/// A file as text, whatever it holds.
#[derive(Debug)]
pub struct Text {
    /// The file; empty when it is no text.
    pub file: SourceFile,
    /// What is wrong with its bytes, or why it cannot be read.
    pub complaints: Vec<Diagnostic>,
    /// Whether there is a text at all.
    pub is_text: bool,
}

/// Reads one file that was asked for by name.
pub fn read_text(id: FileId, path: &Path) -> Text {
    text(id, path.to_owned(), read_bytes(path))
}

/// Makes a text of bytes, or of the reason why there are none.
pub fn text(id: FileId, path: PathBuf, bytes: Result<Vec<u8>, String>) -> Text {
    let name = shown(&path);
    match bytes {
        Ok(bytes) => {
            let decoded = decode::decode(id, bytes);
            let complaints = Vec::from_iter(decoded.complaint);
            Text { file: SourceFile::new(path, name, decoded.text), complaints, is_text: decoded.is_text }
        }
        Err(reason) => {
            let complaint = Diagnostic::error(Span::start_of(id), format!("cannot read this: {reason}"));
            Text { file: SourceFile::new(path, name, ""), complaints: vec![complaint], is_text: false }
        }
    }
}

/// The bytes of a file, unless it is too large or no file at all; the error is the reason in words.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    // Asked before opening: a pipe would make even that wait.
    let metadata = path.metadata().map_err(reason)?;
    if metadata.is_dir() {
        return Err("it is a folder, not a file".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is a pipe or a device, not a file".to_owned());
    }
    if metadata.len() > decode::LARGEST {
        let (size, most) = (metadata.len() >> 20, decode::LARGEST >> 20);
        return Err(format!("{size} MB are more than the {most} MB that a file may have"));
    }
    if metadata.len() >= LARGE
        && let Some(bytes) = read_in_parts(path, metadata.len() as usize)
    {
        return Ok(bytes);
    }
    // There is room for one byte more, so that the end of the file is met without asking for more room.
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    let mut file = File::open(path).map_err(reason)?.take(decode::LARGEST);
    file.read_to_end(&mut bytes).map_err(reason)?;
    Ok(bytes)
}

/// Files of so many bytes are read by all threads, a part by each.
const LARGE: u64 = 8 << 20;

/// The bytes of a file of this size; `None` when it has another size by now, or anything else is in the way.
fn read_in_parts(path: &Path, size: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; size];
    let share = size.div_ceil(rayon::current_num_threads()).max(1);
    let read = |(rank, part): (usize, &mut [u8])| {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start((rank * share) as u64))?;
        file.read_exact(part)
    };
    bytes.par_chunks_mut(share).enumerate().try_for_each(read).ok()?;
    Some(bytes)
}

/// The system's reason in its own words, without its error number.
fn reason(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    }
}

/// How a path is shown: with `/`, without a leading `./`.
pub fn shown(path: &Path) -> String {
    let shown = path.to_string_lossy().replace('\\', "/");
    shown.strip_prefix("./").map_or(shown.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_up_the_whole() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let whole = std::fs::read(&path).unwrap();
        assert_eq!(read_in_parts(&path, whole.len()), Some(whole.clone()));
        assert_eq!(read_in_parts(&path, whole.len() + 1), None, "it has become shorter");
        assert_eq!(read_in_parts(&path.join("gone"), 1), None);
    }

    #[test]
    fn bytes_are_faults_where_a_program_reads_them() {
        let dashboard = b"{\"title\": \"\xff\", \"schemaVersion\": 39, \"panels\": []}".as_slice();
        for (path, bytes, expected) in [
            ("alerts.yml", b"\x7fELF\0\0".as_slice(), Severity::Error),
            ("journal.json", b"\x7fELF\0\0", Severity::Info),
            ("packages.json", b"\xff\xfe[\0", Severity::Info),
            ("README.md", b"caf\xe9", Severity::Info),
            ("data.json", b"[\"caf\xe9\"]", Severity::Info),
            ("dashboard.json", dashboard, Severity::Error),
        ] {
            let source = Source { path: path.into(), content: Content::Given(bytes.to_vec()) };
            let (_, reading, _) = read(FileId(0), source, Manner::default());
            let severities: Vec<Severity> = reading.complaints.iter().map(|complaint| complaint.severity).collect();
            assert_eq!(severities, [expected], "{path}");
        }
    }
}
